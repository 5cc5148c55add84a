"""Programmes and policies as data that a science officer can read: parsed and checked here."""
