"""Ways in without e-mail: accounts, devices, cards and codes, PINs, staff sign-in, roles."""
