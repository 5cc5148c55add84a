"""Policies as files for others: static pages, JSON and Excel, for everybody or for one firm.

What is for everybody is made of rules and policy documents alone: nothing here that makes the
public package reads the registry of firms.
"""
