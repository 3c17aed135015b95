// SPDX-License-Identifier: GPL-2.0-only
/*
 * mutate NUMBER <TABLE >BROKEN: an ACPI table, changed at random in a few places
 * behind its header, the same way each time for the same number. Its length and
 * checksum are right; all else need not be.
 */
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define HEADER	36
#define MOST	16384

static uint8_t table[2 * MOST];
static unsigned int len;
static uint64_t state;

/* splitmix64 */
static uint64_t random64(void)
{
	uint64_t z = state += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

static unsigned int below(unsigned int n)
{
	return n ? random64() % n : 0;
}

static void put(unsigned int at, uint64_t value, unsigned int bytes)
{
	for (unsigned int i = 0; i < bytes && at + i < len; i++)
		table[at + i] = value >> 8 * i;
}

/* Lengths and types that are nearly right, or very wrong. */
static uint64_t odd_number(unsigned int at)
{
	static const uint64_t numbers[] = {
		0, 1, 2, 3, 4, 5, 6, 7, 8, 15, 16, 17, 20, 24, 36, 40, 48,
		0x7f, 0x80, 0xfe, 0xff, 0x100, 0x7fff, 0x8000, 0xfffe, 0xffff,
		0xfed90000, 0xfed90001, 0xfffff000, 0xffffffff, 0x100000000,
		0x8000000000000000, 0xfffffffffffff000, 0xffffffffffffffff,
	};
	unsigned int count = sizeof(numbers) / sizeof(*numbers);
	unsigned int n = below(count + 4);

	return n < count ? numbers[n] : len - at - 2 + (n - count);
}

/* Take out some bytes, or put in a copy of some. */
static void move_rest(unsigned int at, unsigned int from)
{
	unsigned int rest = len - from;

	if (at + rest > MOST)
		return;
	memmove(table + at, table + from, rest);
	len = at + rest;
}

static void change(void)
{
	unsigned int at = HEADER + below(len - HEADER);
	unsigned int other = HEADER + below(len - HEADER);

	if (len <= HEADER)
		return;
	switch (below(8)) {
	case 0:
		table[at] ^= 1 << below(8);
		break;
	case 1:
		put(at, odd_number(at), 1);
		break;
	case 2:
		put(at, odd_number(at), 2);
		break;
	case 3:
		put(at, odd_number(at), 8);
		break;
	case 4:
		if (!below(4))
			len = at;
		else
			len -= below(len - HEADER < 8 ? len - HEADER : 8);
		break;
	case 5:
		for (unsigned int n = below(40); n && len < MOST; n--)
			table[len++] = random64();
		break;
	case 6:
		move_rest(at, other);
		break;
	default:
		for (unsigned int n = below(64); n && at < len; n--)
			table[at++] = random64();
	}
}

int main(int argc, char **argv)
{
	uint8_t sum = 0;

	if (argc != 2)
		return 2;
	state = strtoull(argv[1], NULL, 0);
	len = fread(table, 1, MOST, stdin);
	if (len < HEADER)
		return 2;
	for (unsigned int n = 1 + below(4); n; n--)
		change();
	put(4, len, 4);
	table[9] = 0;
	for (unsigned int i = 0; i < len; i++)
		sum += table[i];
	table[9] = -sum;
	return write(STDOUT_FILENO, table, len) != (ssize_t)len;
}
