"""The batched solver: equations of state and targets in, solved stars out, thousands at a time."""
