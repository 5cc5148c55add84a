"""What every room stands on: audit trail, jobs, files, notices, secrets, slots."""
