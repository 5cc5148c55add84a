"""What is due when: the calendar that ships with data, and deadlines that letters state."""
