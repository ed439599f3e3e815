"""Universal relations: quantities of stars and modes that hardly depend on the matter."""
