"""From the text of a specification to equations of state, and what there is to say of them."""
