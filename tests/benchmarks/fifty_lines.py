"""Functions of fifty lines, of several kinds: what `overheads` compiles."""

import math

import numpy as np


def black_scholes(spot, strike, rate, volatility, time):
    """Numbers in a straight line: prices of options and their mixtures."""
    root = math.sqrt(time)
    drift = rate * time
    discount = math.exp(-drift)
    forward = spot / discount
    moneyness = math.log(spot / strike)
    half_variance = 0.5 * volatility * volatility * time
    width = volatility * root
    d1 = (moneyness + drift + half_variance) / width
    d2 = d1 - width
    n1 = 0.5 * (1.0 + math.erf(d1 / math.sqrt(2.0)))
    n2 = 0.5 * (1.0 + math.erf(d2 / math.sqrt(2.0)))
    call = spot * n1 - strike * discount * n2
    put = call - spot + strike * discount
    density = math.exp(-0.5 * d1 * d1) / math.sqrt(2.0 * math.pi)
    gamma = density / (spot * width)
    vega = spot * density * root
    theta = -0.5 * spot * density * volatility / root - rate * strike * discount * n2
    rho = strike * time * discount * n2
    vanna = -density * d2 / volatility
    volga = vega * d1 * d2 / volatility
    charm = -density * (2.0 * drift - d2 * width) / (2.0 * time * width)
    speed = -gamma / spot * (d1 / width + 1.0)
    barrier = 1.2 * strike
    ratio = barrier / spot
    power = 2.0 * rate / (volatility * volatility) - 1.0
    reflected = math.exp(power * math.log(ratio))
    e1 = (math.log(barrier * ratio / strike) + drift + half_variance) / width
    e2 = e1 - width
    m1 = 0.5 * (1.0 + math.erf(e1 / math.sqrt(2.0)))
    m2 = 0.5 * (1.0 + math.erf(e2 / math.sqrt(2.0)))
    knocked = reflected * (barrier * ratio * m1 - strike * discount * m2)
    hedged = call - knocked
    skew = 0.1 * vanna + 0.05 * volga
    smile = 0.02 * volga * volga + 0.01 * speed * speed
    carry = theta + 0.5 * volatility * volatility * spot * spot * gamma
    decay = charm * time + rho * rate
    straddle = call + put
    strangle = straddle - 0.25 * (forward - strike) ** 2 / strike
    ladder = 0.3 * straddle + 0.4 * strangle + 0.3 * hedged
    spread = math.tanh((call - put) / strike)
    cost = 0.001 * math.sqrt(spot * spot + strike * strike)
    penalty = math.exp(-abs(moneyness)) * cost
    utility = -math.exp(-0.01 * ladder)
    total = ladder + skew + smile + 0.1 * carry + 0.01 * decay
    return total + spread - penalty + utility


def pendulum(angle, speed, length, steps):
    """Numbers in a loop with branches: a damped pendulum that hits a wall, and what it costs."""
    gravity = 9.81
    step = 0.01
    energy = 0.0
    bounced = 0.0
    highest = angle
    power = 0.0
    for i in range(steps):
        pull = -gravity / length * math.sin(angle)
        drag = -0.1 * speed
        if speed > 1.0:
            drag = drag - 0.05 * speed * speed
        elif speed < -1.0:
            drag = drag + 0.05 * speed * speed
        push = 0.2 * math.cos(0.05 * i)
        acceleration = pull + drag + push
        middle_speed = speed + 0.5 * step * acceleration
        middle_angle = angle + 0.5 * step * speed
        pull = -gravity / length * math.sin(middle_angle)
        drag = -0.1 * middle_speed
        if middle_speed > 1.0:
            drag = drag - 0.05 * middle_speed * middle_speed
        acceleration = pull + drag + push
        speed = speed + step * acceleration
        angle = angle + step * middle_speed
        if angle > 1.2:
            angle = 2.4 - angle
            speed = -0.8 * speed
            bounced = bounced + speed * speed
        kinetic = 0.5 * length * length * speed * speed
        potential = gravity * length * (1.0 - math.cos(angle))
        energy = energy + step * (kinetic + potential)
        power = power + step * push * speed
        if angle > highest:
            highest = angle
        if energy > 100.0:
            break
    mean = energy / steps
    tension = gravity * math.cos(angle) + length * speed * speed
    period = 2.0 * math.pi * math.sqrt(length / gravity)
    correction = 1.0 + highest * highest / 16.0 + 11.0 * highest**4 / 3072.0
    period = period * correction
    cost = mean + 0.1 * bounced
    cost = cost + 0.01 * tension * tension
    cost = cost - 0.5 * power
    if cost > 10.0:
        cost = 10.0 + math.log(cost - 9.0)
    distance = length * math.sin(angle) - 0.5
    height = length * math.cos(angle) + 0.5
    missed = math.sqrt(distance * distance + height * height)
    return cost + missed + 0.1 * period


def network(w1, b1, w2, b2, w3, b3, x, y):
    """Arrays in a straight line: three layers, normalised, with attention, and a loss of several parts."""
    n, width = x.shape[0], w1.shape[1]
    mean = np.mean(x, axis=0)
    centred = x - mean
    deviation = np.sqrt(np.mean(centred * centred, axis=0) + 1e-5)
    normal = centred / deviation
    a1 = normal @ w1 + b1
    h1 = np.tanh(a1)
    scale1 = np.sqrt(np.sum(h1 * h1, axis=1, keepdims=True) + 1e-8)
    h1 = h1 / scale1
    scores = h1 @ h1.T / np.sqrt(width)
    scores = scores - np.max(scores, axis=1, keepdims=True)
    weights = np.exp(scores)
    weights = weights / np.sum(weights, axis=1, keepdims=True)
    mixed = weights @ h1
    h1 = h1 + 0.5 * mixed
    a2 = h1 @ w2 + b2
    gate = 1.0 / (1.0 + np.exp(-a2))
    h2 = a2 * gate
    mean2 = np.mean(h2, axis=1, keepdims=True)
    centred2 = h2 - mean2
    deviation2 = np.sqrt(np.mean(centred2**2, axis=1, keepdims=True) + 1e-5)
    h2 = centred2 / deviation2
    residual = h2 + h1
    left, right = residual[:, ::2], residual[:, 1::2]
    paired = left * np.cos(right)
    widened = np.concatenate((paired, residual), axis=1)
    logits = widened @ w3 + b3
    top = np.max(logits, axis=1, keepdims=True)
    shifted = logits - top
    exponentials = np.exp(shifted)
    total = np.sum(exponentials, axis=1, keepdims=True)
    log_probabilities = shifted - np.log(total)
    probabilities = exponentials / total
    cross = -np.sum(y * log_probabilities) / n
    entropy = -np.sum(probabilities * log_probabilities) / n
    brier = np.mean((probabilities - y) ** 2)
    margin = np.sum(probabilities * y, axis=1)
    hinge = np.mean(np.maximum(0.0, 0.9 - margin))
    decay1 = np.sum(w1 * w1) + np.sum(b1**2)
    decay2 = np.sum(w2 * w2) + np.sum(b2**2)
    decay3 = np.sum(w3 * w3) + np.sum(b3**2)
    decay = 0.5 * (decay1 + decay2 + decay3)
    sparse = np.sum(np.abs(w1)) + np.sum(np.abs(w2))
    spread = np.std(h2)
    smooth = np.sum((h1[1:] - h1[:-1]) ** 2) / n
    loss = cross + 0.1 * brier
    loss = loss - 0.01 * entropy + 0.05 * hinge
    loss = loss + 1e-4 * decay + 1e-5 * sparse
    loss = loss + 0.01 * spread + 0.001 * smooth
    return loss


def channel(velocity, pressure, viscosity, steps):
    """Writes into arrays in loops: a flow in a channel, with boundaries, sources and probes."""
    u = velocity.copy()
    p = pressure.copy()
    n, m = u.shape
    source = np.zeros_like(u)
    probes = np.zeros(steps)
    profile = np.zeros(m)
    dt, dx, dy = 0.001, 0.1, 0.1
    damping = 0.1
    flux = 0.0
    for k in range(steps):
        old = u.copy()
        source[1:-1, 1:-1] = (u[2:, 1:-1] - u[:-2, 1:-1]) / (2.0 * dx)
        source[1:-1, 1:-1] += (u[1:-1, 2:] - u[1:-1, :-2]) / (2.0 * dy)
        source *= damping
        for _ in range(2):
            before = p.copy()
            p[1:-1, 1:-1] = 0.25 * (before[2:, 1:-1] + before[:-2, 1:-1])
            p[1:-1, 1:-1] += 0.25 * (before[1:-1, 2:] + before[1:-1, :-2])
            p[1:-1, 1:-1] -= dx * source[1:-1, 1:-1]
            p[0, :] = p[1, :]
            p[-1, :] = p[-2, :]
            p[:, 0] = p[:, 1]
            p[:, -1] = 0.0
        along = (old[2:, 1:-1] - 2.0 * old[1:-1, 1:-1] + old[:-2, 1:-1]) / dx**2
        across = (old[1:-1, 2:] - 2.0 * old[1:-1, 1:-1] + old[1:-1, :-2]) / dy**2
        carried = old[1:-1, 1:-1] * (old[1:-1, 1:-1] - old[:-2, 1:-1]) / dx
        pushed = (p[2:, 1:-1] - p[:-2, 1:-1]) / (2.0 * dx)
        u[1:-1, 1:-1] = old[1:-1, 1:-1] - dt * carried
        u[1:-1, 1:-1] -= dt * pushed
        u[1:-1, 1:-1] += viscosity * dt * (along + across)
        u[0, :] = 1.0
        u[-1, :] = u[-2, :]
        u[:, 0] = 0.0
        u[:, -1] = 0.0
        row = u[n // 2]
        probes[k] = np.sum(row * row)
        flux += dt * np.sum(u[-1, :])
        if k % 4 == 0:
            profile += 0.1 * row
    for j in range(m):
        profile[j] = profile[j] * (1.0 + 0.01 * j)
    kinetic = 0.5 * np.sum(u * u)
    strain = np.sum((u[1:, :] - u[:-1, :]) ** 2) / dx
    shear = np.sum((u[:, 1:] - u[:, :-1]) ** 2) / dy
    observed = np.sum(probes * np.exp(-np.arange(steps) / steps))
    total = kinetic + 0.1 * observed + 0.01 * flux
    total += 0.001 * (strain + shear)
    return total + np.sum(profile**2)


def layer(x, w, b):
    return np.tanh(x @ w + b)


def softmax(x):
    shifted = np.exp(x - np.max(x, axis=1, keepdims=True))
    return shifted / np.sum(shifted, axis=1, keepdims=True)


def penalty(parameters, rate):
    total = 0.0
    for p in parameters:
        total = total + np.sum(p * p)
    return rate * total


def kalman(a, c, q, r, observations):
    """Helpers, containers and linear algebra: a filter, its likelihood, and a small network on its states."""
    n = a.shape[0]
    eye = np.eye(n)
    mean = np.zeros(n)
    covariance = eye * 0.1
    likelihood = 0.0
    states = []
    gains = []

    def predict(mean, covariance):
        return a @ mean, a @ covariance @ a.T + q * eye

    def update(mean, covariance, seen):
        innovation = seen - c @ mean
        s = c @ covariance @ c.T + r * np.eye(c.shape[0])
        gain = np.linalg.solve(s, c @ covariance).T
        mean = mean + gain @ innovation
        covariance = (eye - gain @ c) @ covariance
        _, logdet = np.linalg.slogdet(s)
        fit = innovation @ np.linalg.solve(s, innovation) + logdet
        return mean, covariance, gain, fit

    for seen in observations:
        mean, covariance = predict(mean, covariance)
        mean, covariance, gain, fit = update(mean, covariance, seen)
        likelihood = likelihood - 0.5 * fit
        states.append(mean)
        gains.append(np.sum(gain * gain))
    path = np.stack(states)
    hidden = layer(path, a, mean)
    mixed = softmax(hidden @ a)
    scores = {"gain": 0.0, "path": 0.0, "mixed": 0.0}
    for g in gains:
        scores["gain"] = scores["gain"] + g
    scores["path"] = np.sum((path[1:] - path[:-1]) ** 2)
    scores["mixed"] = -np.sum(mixed * np.log(mixed))
    total = -likelihood
    for name, weight in (("gain", 0.1), ("path", 0.01), ("mixed", 0.001)):
        total = total + weight * scores[name]
    smooth = path[-1]
    for state in reversed(states):
        smooth = 0.5 * smooth + 0.5 * state
    return total + np.sum(smooth) + penalty((a, c), 1e-3)


def examples():
    """Each function with arguments to differentiate it at, by name."""
    rng = np.random.default_rng(0)

    def normal(*shape):
        return 0.3 * rng.normal(size=shape)

    weights = (normal(5, 8), normal(8), normal(8, 8), normal(8), normal(12, 4), normal(4))
    labels = np.eye(4)[rng.integers(0, 4, 20)]
    return {
        "numbers": (black_scholes, (100.0, 95.0, 0.03, 0.2, 0.75)),
        "a loop": (pendulum, (0.5, 0.2, 1.1, 20)),
        "arrays": (network, (*weights, normal(20, 5), labels)),
        "writes": (channel, (normal(12, 9), normal(12, 9), 0.1, 8)),
        "helpers": (kalman, (np.eye(3) * 0.9, normal(2, 3), 0.1, 0.2, normal(6, 2))),
    }
