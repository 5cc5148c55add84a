"""一企一档: organisations, their yearly facts, titles, rights, platforms, people and agreements."""
