"""Devices: nothing in an iteration waits for the host, and a GPU gives what the CPU gives."""

import pytest
import torch
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from parode_core.collocation.elements import mesh
from parode_core.collocation.problem import Problem, vector
from parode_core.collocation.residual import Collocation
from parode_core.solvers.gradient import differentiable
from parode_core.solvers.newton import Iteration, Newton, advance, solve
from parode_core.solvers.outset import scales

F64 = torch.float64
needs_gpu = [
    pytest.mark.gpu,
    pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device"),
]


def fields(elements, parameters):
    power, strength = (part[:, None, None] for part in parameters)
    return ((1.0 + elements.x) ** power, strength)


def rhs(y, fields):
    u, v = y.unbind(-1)
    return vector(v, u.sinh() * fields[0] * fields[1])


def both_rows(left, right, fields):
    return torch.stack((left[:, 0] - 0.5, right[:, 0]), dim=1)


def flat(elements, fields):
    return vector(0.1 + 0.0 * fields[0], 0.0 * fields[0])


PROBLEMS = {
    "initial": Problem(2, fields, rhs, flat, boundary=lambda a, b, f: torch.stack(
        (a[:, 0] - 0.5, a[:, 1]), dim=1)),
    "both ends": Problem(2, fields, rhs, flat, boundary=both_rows, at_start=False),
    "jumps": Problem(2, fields, rhs, flat, boundary=both_rows, at_start=False,
                     jump=lambda state, f: vector(state[..., 0], state[..., 1].tanh())),
}  # fmt: skip
each_problem = pytest.mark.parametrize("problem", PROBLEMS.values(), ids=PROBLEMS)


def batch(lanes, device="cpu"):
    u = torch.rand(2, lanes, generator=torch.Generator().manual_seed(1), dtype=F64)
    edges = torch.tensor([0.0, 0.3, 0.6, 1.0], dtype=F64)
    parameters = tuple(part.to(device) for part in (1.0 + u[0], 0.5 + u[1]))
    return parameters, mesh(edges.to(device), 12)


def first_state(problem, given, y):
    lanes = y.shape[1]
    status = torch.zeros(lanes, dtype=torch.int64, device=y.device)
    nan = torch.full((lanes,), torch.nan, dtype=F64, device=y.device)
    return Iteration(y, status, status == 0, nan, status, nan.clone()), scales(problem, given, y)


class OnOneDevice(TorchDispatchMode):
    """Refuses any operation on a tensor of the host; numbers without axes may be anywhere."""

    def __torch_dispatch__(self, function, types, args=(), kwargs=None):
        for part in tree_leaves((args, kwargs or {})):
            if isinstance(part, torch.Tensor) and part.ndim > 0 and part.device.type == "cpu":
                raise AssertionError(f"{function} meets a tensor of the host")
        return function(*args, **(kwargs or {}))


@each_problem
def test_an_iteration_asks_nothing_of_its_device_and_takes_nothing_from_the_host(problem):
    # tensors of the meta device have no values: whatever depends on one raises
    parameters, elements = batch(64)
    elements = elements.spread(torch.arange(64))
    collocation = Collocation(problem, elements, problem.fields(elements, parameters))
    for name, part in vars(collocation).items():
        if isinstance(part, torch.Tensor):
            setattr(collocation, name, part.to("meta"))
    given = collocation.fields = tuple(part.to("meta") for part in collocation.fields)
    y = torch.empty(2, 64, 3, 12, dtype=F64, device="meta")
    state, scale = first_state(problem, given, y)
    with OnOneDevice():
        advance(state, collocation, scale, 64, Newton())
    assert state.y.shape == y.shape
    assert state.y.device.type == "meta"


class TestOnGPU:
    pytestmark = needs_gpu

    @each_problem
    def test_solutions_and_gradients_equal_those_of_the_cpu(self, problem):
        found, slopes = {}, {}
        for device in ("cpu", "cuda"):
            parameters, elements = batch(257, device)
            found[device] = solve(problem, parameters, elements, 257)
            inputs = tuple(part.clone().requires_grad_() for part in parameters)
            y = differentiable(found[device], problem, inputs)
            slopes[device] = torch.autograd.grad(y[:, -1, -1].sum(), inputs)
        assert found["cuda"].y.device.type == "cuda"
        assert torch.equal(found["cuda"].status.cpu(), found["cpu"].status)
        assert torch.allclose(found["cuda"].y.cpu(), found["cpu"].y, rtol=1e-12, atol=1e-12)
        for first, second in zip(slopes["cuda"], slopes["cpu"], strict=True):
            assert torch.allclose(first.cpu(), second, rtol=1e-11, atol=1e-12)

    def test_the_residual_can_be_captured_in_a_graph(self):
        problem = PROBLEMS["jumps"]
        parameters, elements = batch(64, "cuda")
        elements = elements.spread(torch.arange(64, device="cuda"))
        collocation = Collocation(problem, elements, problem.fields(elements, parameters))
        y = torch.rand(2, 64, 3, 12, dtype=F64, device="cuda")
        stream = torch.cuda.Stream()
        stream.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(stream):
            collocation.residual(y)
        torch.cuda.current_stream().wait_stream(stream)
        graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(graph):
            captured = collocation.residual(y)
        y.copy_(torch.rand_like(y))
        graph.replay()
        direct = collocation.residual(y)
        assert torch.allclose(captured.nodes, direct.nodes, rtol=1e-13, atol=1e-13)
        assert torch.allclose(captured.inner, direct.inner, rtol=1e-13, atol=1e-13)
