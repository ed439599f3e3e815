"""Settings of the whole suite: generated cases are the same in every run, and so are last bits.

Several threads share a product where they please; `stellar` computes on one for each process.
"""

import torch
from hypothesis import settings

settings.register_profile("fixed", derandomize=True, deadline=None, database=None)
settings.load_profile("fixed")

torch.set_num_threads(1)
