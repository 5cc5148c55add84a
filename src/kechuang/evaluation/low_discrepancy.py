"""Points that fill the unit cube more evenly than random ones: Sobol sequences, shifted by a seed.

Sobol' (1967), Bratley and Fox (1988). The recurrence of a dimension is a primitive polynomial over
the field of two elements; its first odd numbers are free, and drawn from the seed.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

BITS = 32
_HIGHEST_DEGREE = 14
"""Polynomials up to here give more than a thousand dimensions."""

Floats: TypeAlias = NDArray[np.float64]
Whole: TypeAlias = NDArray[np.uint32]


def points(count: int, dimensions: int, seed: int) -> Floats:
    """So many points of the open unit cube, a row each.

    Any 2^k of the first points that are cut off at a power of two have one in each of the 2^k equal
    intervals of every dimension. The same seed gives the same points.

    Raises:
        ValueError: the count is no power of two, or there are more dimensions than polynomials.

    >>> points(4, 2, seed=1).shape
    (4, 2)
    """
    if count < 1 or count & (count - 1):
        raise ValueError(f"the count of points is no power of two: {count}")
    random = np.random.default_rng([seed, dimensions])
    numbers = np.arange(count, dtype=np.uint32)
    found = np.empty((count, dimensions))
    polynomials = primitive_polynomials()
    for dimension in range(dimensions):
        directions = _directions(None if dimension == 0 else next(polynomials), random)
        column: Whole = np.full(count, random.integers(2**BITS), dtype=np.uint32)
        for bit in range(count.bit_length() - 1):
            column ^= ((numbers >> np.uint32(bit)) & np.uint32(1)) * directions[bit]
        found[:, dimension] = (column + 0.5) / 2.0**BITS
    return found


def primitive_polynomials() -> Iterator[int]:
    """Primitive polynomials over the field of two elements, each as the bits of a number.

    Raises:
        ValueError: there are no more of them.

    >>> from itertools import islice
    >>> [bin(each) for each in islice(primitive_polynomials(), 4)]
    ['0b11', '0b111', '0b1011', '0b1101']
    """
    for degree in range(1, _HIGHEST_DEGREE + 1):
        yield from _primitive_of(degree)
    raise ValueError("more dimensions than polynomials")


@cache
def _primitive_of(degree: int) -> tuple[int, ...]:
    """Those of one degree: the powers of x modulo the polynomial run through every remainder."""
    first = 1 << degree
    return tuple(
        polynomial
        for polynomial in range(first + 1, 2 * first, 2)
        if _order(polynomial, first) == first - 1
    )


def _order(polynomial: int, first: int) -> int:
    power, steps = 1, 0
    while True:
        power <<= 1
        if power & first:
            power ^= polynomial
        steps += 1
        if power == 1 or steps >= first:
            return steps


def _directions(polynomial: int | None, random: np.random.Generator) -> Whole:
    """The direction numbers of a dimension, the first bit of the fraction highest."""
    numbers = [1 for _ in range(BITS)]
    if polynomial is not None:
        degree = polynomial.bit_length() - 1
        numbers = [2 * int(random.random() * 2**bit) + 1 for bit in range(degree)]
        for at in range(degree, BITS):
            value = numbers[at - degree]
            for back in range(1, degree + 1):
                if polynomial >> (degree - back) & 1:
                    value ^= numbers[at - back] << back
            numbers.append(value)
    shifted = [number << (BITS - 1 - bit) for bit, number in enumerate(numbers)]
    return np.array(shifted, dtype=np.uint32)
