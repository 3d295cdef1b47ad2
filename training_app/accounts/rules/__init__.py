"""Pure decisions about ways in: tokens, lifetimes, PINs, passphrases, second factor."""
