"""One process of the benchmark: an engine, its share of the instances, and a line protocol.

    python worker.py ENGINE ARRANGEMENT INSTANCES.npz CORES

ENGINE is streaming, incremental, numpy, torch or jax; ARRANGEMENT is JSON such as
{"threads": 1, "batch": 4, "paired": true}; CORES is a list such as 0 or 0,1.  The process gets
ready (imports, compiles, runs once), prints {"ready": ...}, and then answers each line of JSON on
standard input with one on standard output.  Peers need their own library and NumPy alone.

All engines run HHHV's Algorithm 1 in float64 with the negation check.  A peer takes f(x), f(-x) and
the gradient at x; ``paired`` puts x and -x through the network together, so that the weights are
read once for both.  Instances hold weights and A that single precision represents; JAX may be asked
to keep them so (``stored``), as our engines do of themselves.
"""

import json
import os
import re
import sys
import time
from pathlib import Path

ENGINE, ARRANGEMENT = sys.argv[1], json.loads(sys.argv[2])
os.sched_setaffinity(0, {int(core) for core in sys.argv[4].split(",")})
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = str(ARRANGEMENT["threads"])
BEGAN = time.perf_counter()

import numpy as np  # noqa: E402  (after the thread settings)


def load(path):
    """Instances as dictionaries: weights, sensing, measurements, start, code."""
    with np.load(path) as stored:
        count, depth = int(stored["count"]), int(stored["depth"])
        return [
            {
                "weights": [stored[f"{i}.W{layer}"] for layer in range(1, depth + 1)],
                "sensing": stored[f"{i}.A"],
                "measurements": stored[f"{i}.y"],
                "start": stored[f"{i}.start"],
                "code": stored[f"{i}.code"],
            }
            for i in range(count)
        ]


def stacked(instances):
    """The arrays of some instances of one shape, along a new first axis."""
    depth = len(instances[0]["weights"])
    weights = [np.stack([one["weights"][i] for one in instances]) for i in range(depth)]
    return weights, *(
        np.stack([one[name] for one in instances]) for name in ("sensing", "measurements", "start")
    )


class NumpyLoop:
    """The plain loop, one instance at a time."""

    def __init__(self, step):
        self.step = step

    def run(self, instances, iterations):
        return [self.descend(one, iterations) for one in instances]

    def descend(self, one, iterations):
        weights, sensing, y, x = (
            one[name] for name in ("weights", "sensing", "measurements", "start")
        )
        for _ in range(iterations):
            if ARRANGEMENT["paired"]:
                values, signs = np.stack([x, -x], axis=1), []
                for layer in weights:
                    values = np.maximum(layer @ values, 0.0)
                    signs.append(values > 0)
                both = sensing @ values - y[:, None]
                side = int(both[:, 1] @ both[:, 1] < both[:, 0] @ both[:, 0])
                residual, signs = both[:, side], [sign[:, side] for sign in signs]
                x = -x if side else x
            else:
                mirrored, _ = self.residual(weights, sensing, y, -x)
                residual, signs = self.residual(weights, sensing, y, x)
                if mirrored @ mirrored < residual @ residual:
                    x = -x
                    residual, signs = self.residual(weights, sensing, y, x)
            v = residual @ sensing
            for layer, sign in zip(reversed(weights), reversed(signs), strict=True):
                v = (sign * v) @ layer
            x = x - self.step * v
        return x

    @staticmethod
    def residual(weights, sensing, y, x):
        signs = []
        for layer in weights:
            x = np.maximum(layer @ x, 0.0)
            signs.append(x > 0)
        return sensing @ x - y, signs


class Torch:
    """Autograd; a batch of instances goes through batched products."""

    def __init__(self, step):
        import torch

        self.torch, self.step = torch, step
        torch.set_num_threads(ARRANGEMENT["threads"])
        self.batches = {}

    def prepare(self, instances):
        tensor = self.torch.from_numpy
        if len(instances) == 1:
            one = instances[0]
            weights = [tensor(layer) for layer in one["weights"]]
            return weights, *(tensor(one[name]) for name in ("sensing", "measurements", "start"))
        weights, sensing, y, start = stacked(instances)
        columns = (tensor(y)[..., None], tensor(start)[..., None])
        return [tensor(layer) for layer in weights], tensor(sensing), *columns

    def run(self, instances, iterations):
        torch, size, ends = self.torch, ARRANGEMENT["batch"], []
        for first in range(0, len(instances), size):
            if first not in self.batches:
                self.batches[first] = self.prepare(instances[first : first + size])
            weights, sensing, y, x = self.batches[first]
            over = tuple(range(1 if x.dim() == 3 else 0, x.dim()))

            def risk(x, weights=weights, sensing=sensing, y=y, over=over):
                for layer in weights:
                    x = torch.relu(layer @ x)
                return 0.5 * ((sensing @ x - y) ** 2).sum(dim=over)

            for _ in range(iterations):
                with torch.no_grad():
                    mirrored = risk(-x)
                x = x.detach().requires_grad_(True)
                loss = risk(x)
                turn = mirrored < loss.detach()
                (v,) = torch.autograd.grad(loss.sum(), x)
                if turn.any():
                    sign = torch.where(turn, -1.0, 1.0).reshape(-1, *(1,) * (x.dim() - 1))
                    x = (x * (sign if x.dim() == 3 else sign.squeeze())).detach()
                    x.requires_grad_(True)
                    (v,) = torch.autograd.grad(risk(x).sum(), x)
                with torch.no_grad():
                    x = x - self.step * v
            ends += list(x.reshape(-1, x.shape[-1] if x.dim() == 1 else x.shape[1]).numpy())
        return ends


class Jax:
    """vmap over a batch, jit over the whole loop.

    Under vmap both branches of a condition are computed, so where f(-x) < f(x) an iteration only
    turns x round and the next one steps: a little less work than the algorithm asks for.
    """

    def __init__(self, step):
        import jax

        jax.config.update("jax_enable_x64", True)
        jax.config.update("jax_platforms", "cpu")
        self.jax, self.batches = jax, {}
        numpy = jax.numpy

        def wide(matrix):
            return matrix.astype(numpy.float64)

        def risk(weights, sensing, y, x):
            for layer in weights:
                x = numpy.maximum(wide(layer) @ x, 0.0)
            return 0.5 * numpy.sum((wide(sensing) @ x - y) ** 2)

        def risks(weights, sensing, y, x):
            values = numpy.stack([x, -x], axis=1)
            for layer in weights:
                values = numpy.maximum(wide(layer) @ values, 0.0)
            return 0.5 * numpy.sum((wide(sensing) @ values - y[:, None]) ** 2, axis=0)

        def advance(weights, sensing, y, x):
            if ARRANGEMENT["paired"]:
                (loss, mirrored), back = jax.vjp(lambda x: risks(weights, sensing, y, x), x)
                (v,) = back(numpy.array([1.0, 0.0]))
            else:
                mirrored = risk(weights, sensing, y, -x)
                loss, v = jax.value_and_grad(risk, argnums=3)(weights, sensing, y, x)
            return numpy.where(mirrored < loss, -x, x - step * v)

        def loop(iterations, weights, sensing, y, x):
            return jax.lax.fori_loop(0, iterations, lambda _, x: advance(weights, sensing, y, x), x)

        self.loop = jax.jit(jax.vmap(loop, in_axes=(None, 0, 0, 0, 0)))

    def run(self, instances, iterations):
        size, ends = ARRANGEMENT["batch"], []
        for first in range(0, len(instances), size):
            if first not in self.batches:
                weights, sensing, *vectors = stacked(instances[first : first + size])
                kind = ARRANGEMENT.get("stored", "float64")
                matrices = [layer.astype(kind) for layer in weights], sensing.astype(kind)
                self.batches[first] = self.jax.device_put((*matrices, *vectors))
            weights, sensing, y, start = self.batches[first]
            ends += list(np.asarray(self.loop(iterations, weights, sensing, y, start)))
        return ends


class Ours:
    """The package's engines; as with the peers, the weights are laid out before the timed runs."""

    def __init__(self, step):
        from genprior.descent import Settings, certificates, compiled, incremental
        from genprior.model.problem import Problem

        room = incremental if ENGINE == "incremental" else compiled
        room.warm_up()
        self.kind, self.problem = room.Engine, Problem
        self.certify, self.step, self.settings = certificates.certify, step, Settings
        self.engines = {}

    def run(self, instances, iterations, tolerance=0.0):
        self.done, self.mirrors, self.glances = 0, 0, 0
        ends = []
        for number, one in enumerate(instances):
            if number not in self.engines:
                problem = self.problem(one["weights"], one["sensing"], one["measurements"])
                self.engines[number] = self.kind(problem)
            engine = self.engines[number]
            settings = self.settings(self.step, True, iterations, tolerance)
            end = engine.descend(one["start"], one["code"], settings)
            self.done += end.iterations
            self.mirrors += engine.work.mirrors
            self.glances += engine.work.glances
            ends.append(end.x)
        return ends

    def decide(self, instances, cap):
        """Descend to a proof; how many trials that decides, and the iterations streamed for it.

        Where the engine proves nothing by the cap, the slower certificate is asked too.
        """
        decided, streamed = 0, 0
        settings = self.settings(self.step, True, cap, 1e-9)
        for engine, one in zip(self.engines.values(), instances, strict=True):
            end, limit = engine.descend_to_proof(one["start"], one["code"], settings)
            streamed += engine.work.streamed
            decided += limit is not None or self.certify(engine.problem, end.x, settings).holds
        return decided, streamed


def peak_memory():
    """Bytes.  Not ru_maxrss, which a new process takes over from the one that started it."""
    status = Path("/proc/self/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) * 1024


def main():
    instances = load(sys.argv[3])
    depth = len(instances[0]["weights"])
    loaded = time.perf_counter()
    engine = {"numpy": NumpyLoop, "torch": Torch, "jax": Jax}.get(ENGINE, Ours)(
        2.0**depth / depth**2
    )
    ready = time.perf_counter() - loaded
    engine.run(instances, 3)
    print(json.dumps({"ready": ready, "import_numpy": loaded - BEGAN}), flush=True)
    for line in sys.stdin:
        order = json.loads(line)
        began = time.perf_counter()
        if order["job"] == "rate":
            extra = {"tolerance": order["tolerance"]} if "tolerance" in order else {}
            count = 0
            while True:
                engine.run(instances, order["iterations"], **extra)
                full = order["iterations"] * len(instances)
                count += engine.done if isinstance(engine, Ours) else full
                spent = time.perf_counter() - began
                if spent >= order["seconds"]:
                    break
            answer = {"count": count / spent}
            if isinstance(engine, Ours):
                answer["passes"] = 2 + engine.mirrors / engine.done
                answer["glances"] = engine.glances / engine.done
        elif order["job"] == "decide":
            decided, streamed = engine.decide(instances, order["iterations"])
            spent = time.perf_counter() - began
            rate = len(instances) / spent
            answer = {"decided": decided, "streamed": streamed, "count": rate}
        elif order["job"] == "ends":
            ends = engine.run(instances, order["iterations"])
            answer = {"ends": [list(map(float, end)) for end in ends]}
        else:
            from bandwidth import bytes_per_second

            answer = {"count": bytes_per_second(order["bytes"], order["seconds"], order["stored"])}
        answer["memory"] = peak_memory()
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
