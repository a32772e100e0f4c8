#!/usr/bin/env python3
"""JAX: the whole step under jit, and many steps within one call by fori_loop, so that no dispatch is paid a step."""
import jax
import jax.numpy as jnp

import job as bench

ACTIVATIONS = {"relu": jax.nn.relu, "tanh": jnp.tanh, "sigmoid": jax.nn.sigmoid, "gelu": jax.nn.gelu, "silu": jax.nn.silu}
STEPS = 50  # in one call


def loss_of(job, x, t):
    act = ACTIVATIONS[job.activation]

    def loss(weights):
        z = x
        for w, b in weights[:-1]:
            z = act(z @ w.T + b)
        z = z @ weights[-1][0].T + weights[-1][1]
        if job.loss == "cross_entropy":
            return -jnp.mean(jnp.take_along_axis(jax.nn.log_softmax(z), t[:, None], 1))
        return jnp.mean(jax.nn.softplus(z) - t * z)  # bce, fused with the sigmoid

    return loss


def main():
    job = bench.options(["step"])
    if job.optimizer != "sgd" or job.loss == "mse":
        raise SystemExit("this peer knows sgd, bce and cross_entropy")
    jax.config.update("jax_enable_x64", job.dtype == "float64")
    x, t = (jnp.asarray(a) for a in bench.data_of(job))
    value_and_grad = jax.value_and_grad(loss_of(job, x, t))

    def one(_, state):
        weights, _ = state
        loss, gradients = value_and_grad(weights)
        return jax.tree_util.tree_map(lambda w, g: w - job.lr * g, weights, gradients), loss

    many = jax.jit(lambda weights: jax.lax.fori_loop(0, STEPS, one, (weights, jnp.zeros((), x.dtype))))
    weights = [tuple(map(jnp.asarray, layer)) for layer in bench.initial(job)]
    first = value_and_grad(weights)[0]

    def run():
        nonlocal weights
        weights, loss = many(weights)
        return loss.block_until_ready()

    run()  # compiles

    def measure():
        found = bench.sample(run, job.seconds)
        return {**found, "us": found["us"] / STEPS, "least_us": found["least_us"] / STEPS}

    bench.take_turns(job, measure, first=bench.number(first), settings=f"JAX {jax.__version__}, jit and fori_loop of {STEPS} steps")


if __name__ == "__main__":
    main()
