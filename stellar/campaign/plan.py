"""What a run will do: its equations of state, the notes about them, and its cut into tiles."""

from collections.abc import Iterator
from dataclasses import dataclass

from stellar.campaign.config import TALL_RANGE_MSUN, RunConfig
from stellar.campaign.members import Member, forget_matter, order_of, resolved
from stellar.campaign.solvers import chosen_solver, solver_named
from stellar.campaign.tiles import Part, Tile, forget_surveys
from stellar.eos.base import ColdEOS
from stellar.eos.catalogue.ensembles import Draw, RejectedEOS
from stellar.eos.catalogue.lookup import named, resolve_draw
from stellar.errors import InputError, UsageError

MOST_STARS = 4_000_000  # with half a kilobyte each they fit into a result file
USUAL_MAXIMUM_MSUN = 2.0  # stands for the maximum mass where work is only shared out


@dataclass(frozen=True)
class Plan:
    """The equations of state of a run and the notes.

    inputs : hashes of the files that stand behind them, by what was typed and the file
    notes : sentences for the user about families that a star cannot have
    """

    config: RunConfig
    members: tuple[Member, ...]
    inputs: dict[str, str]
    notes: tuple[str, ...]

    def equations(self) -> Iterator[tuple[Member, ColdEOS | RejectedEOS]]:
        """Every member with its equation of state, one at a time."""
        for member in self.members:
            yield member, member.equation()

    def tiles(self, jobs: int) -> list[Tile]:
        """The run in the order of its rows, in tiles that the solvers like and `jobs` can share."""
        tall, usual = (
            len(self.config.range.expand(mass)) for mass in (TALL_RANGE_MSUN, USUAL_MAXIMUM_MSUN)
        )
        stars = usual * len(self.members)
        tiles = [Tile(self.config, ())]
        room, solver = 0, ""
        for member in self.members:
            likes = solver_named(member.solver)
            size = likes.tile_size(self.config.command, stars, jobs)
            if self.config.follows_sequences and tall >= likes.crowd:
                waves = "w" in (self.config.families or ())  # which are searched star by star
                most = likes.oscillating_per_tile if waves else likes.stars_per_tile
                parts = _parts(member, tall, usual, most, together=True)
            else:
                parts = _parts(member, tall, usual, size)
            if solver != member.solver or room < parts[0].expected:
                tiles.append(Tile(self.config, ()))
                room, solver = size, member.solver
            # a member with more stars than a tile takes has its own ones, but for the last of them
            tiles[-1:] = [
                *(Tile(self.config, (part,)) for part in parts[:-1]),
                Tile(self.config, (*tiles[-1].parts, parts[-1])),
            ]
            room -= parts[-1].expected
        return [tile for tile in tiles if tile.parts]


def _parts(
    member: Member, tall: int, usual: int, size: int, *, together: bool = False
) -> list[Part]:
    """The stars of a member in slices that a tile can take.

    tall, usual : how many values there are at most, and as a rule, where `max` leaves it open
    together : see `Part`
    """
    if usual <= size:
        return [Part(member, 0, None, usual, together)]
    starts = range(0, tall, size)
    return [
        Part(member, start, start + size, min(max(usual - start, 0), size), together)
        for start in starts[:-1]
    ] + [Part(member, starts[-1], None, max(usual - starts[-1], 0), together)]


def plan(config: RunConfig) -> Plan:
    """Find the equations of state and tell what their stars cannot have.

    Raises
    ------
    InputError
        Unknown or malformed specifications, or no requested family that can exist.
    UsageError
        More stars than a result file can hold.
    """
    forget_matter()
    forget_surveys()
    members: list[Member] = []
    notes: list[str] = []
    inputs: dict[str, str] = {}
    possible = config.command != "modes"
    solver = chosen_solver(config.solver, config.command, config.gravity)
    for spec in config.eos:
        sources = named(spec)
        for eos in _looked_at(config, sources):
            if isinstance(eos, RejectedEOS):
                possible = True  # its rows say why there are none
                continue
            order, sentences = order_of(config, eos, eos.name if len(sources) == 1 else spec)
            notes += [sentence for sentence in sentences if sentence not in notes]
            possible = possible or bool(order.families)
            inputs |= _digests(spec, eos)
        members += [_member(spec, source, solver) for source in sources]
    stars = len(members) * len(config.range.expand(USUAL_MAXIMUM_MSUN))
    if stars > MOST_STARS:
        raise UsageError(
            f"{len(members):,} equations of state with {config.option} {config.values} are about "
            f"{stars:,} stars; a run takes at most {MOST_STARS:,}: divide the equations of state."
        )
    if not possible:
        raise InputError(" ".join(notes))
    return Plan(config, tuple(members), inputs, tuple(notes))


def _looked_at(
    config: RunConfig, sources: tuple[ColdEOS | Draw, ...]
) -> Iterator[ColdEOS | RejectedEOS]:
    """The equations of state that must be known beforehand.

    Which modes there can be is asked of every one; for all else the first sound one will do.
    """
    for source in sources:
        eos = resolve_draw(source, resolved) if isinstance(source, Draw) else source
        yield eos
        if config.command != "modes" and isinstance(eos, ColdEOS):
            return


def _member(asked: str, source: ColdEOS | Draw, solver: str) -> Member:
    if isinstance(source, Draw):
        return Member(asked, source.name, source, solver)
    return Member(asked, source.name, source.spec, solver)


def _digests(asked: str, eos: ColdEOS) -> dict[str, str]:
    """Hashes of the tables and draws behind an equation of state."""
    return {f"{asked}: {k}": text for k, text in eos.provenance if k.endswith("sha256")}
