"""Users, their memberships, sign-in, and who may do what."""
