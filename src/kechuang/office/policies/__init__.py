"""政策找企业: rules at work on the registry: what each firm is due, what each lacks, the ladder."""
