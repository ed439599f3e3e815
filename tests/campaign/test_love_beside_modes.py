"""Love numbers that stars carry beside their modes, so that f-Love relations find both in a row."""

import pytest

from stellar.campaign.config import RunConfig
from stellar.campaign.members import order_of
from stellar.campaign.plan import plan


@pytest.mark.parametrize(
    ("l", "gravity", "tides"),
    [
        ((2,), "full", (2,)),
        ((3,), "full", (2, 3)),
        ((4, 2), "full", (2, 4)),
        ((1, 3), "cowling", (2,)),
    ],
)
def test_the_degrees_that_radiate_bring_their_love_numbers(l, gravity, tides):
    config = RunConfig("modes", ("pp:SLy",), "masses", "1.4", l=l, gravity=gravity)
    ((_, eos),) = plan(config).equations()
    assert order_of(config, eos)[0].tides == tides
