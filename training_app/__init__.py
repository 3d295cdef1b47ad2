"""Training for the grassroots mediators of Viet Nam."""
