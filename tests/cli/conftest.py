"""What the tests of the shell command share."""

import os
import pathlib
import subprocess
import sysconfig
import types

import pytest

ROOT = pathlib.Path(__file__).parents[2]
COMMAND = pathlib.Path(sysconfig.get_path("scripts")) / "p4jit"

KERNEL = """
#include <math.h>
#include <stdint.h>
#include <stdio.h>

int add(int a, int b) { return a + b; }
int neg(int a) { return -a; }
float half(float x) { return x / 2; }
double third(double x) { return x / 3; }
_Bool both(_Bool a, _Bool b) { return a && b; }
int64_t wide(int64_t a) { return a; }
uint8_t small(uint8_t a) { return a; }
void nothing(void) {}
void *where(void *p) { return p; }
void say(int n) { printf("n = %d\\n", n); }

void squares(const float *x, float *y, int n)
{
    for (int i = 0; i < n; i++)
        y[i] = x[i] * x[i];
}
int total(const int16_t *x, int n)
{
    int sum = 0;
    for (int i = 0; i < n; i++)
        sum += x[i];
    return sum;
}
void crash(void) { *(volatile int *)0 = 1; }
void for_ever(void)
{
    for (;;)
        __asm__ volatile("");
}
int missing(int);
int misses(int a) { return missing(a); }
#ifdef FACTOR
int times(int a) { return a * FACTOR; }
#endif
"""


@pytest.fixture(scope="session")
def command():
    """Path of the command."""
    return COMMAND


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    """A folder with k.c, where commands run."""
    folder = tmp_path_factory.mktemp("shell")
    (folder / "k.c").write_text(KERNEL)
    return folder


@pytest.fixture
def p4jit(folder):
    """p4jit("run", "k.c:add", "1", "2"): status, out and err of the command, in `folder`
    unless another one is named; `variables` are set in its environment."""

    def p4jit(*words, stdin="", timeout=60, cwd=folder, **variables):
        done = subprocess.run(
            [COMMAND, *map(str, words)],
            input=stdin,
            capture_output=True,
            text=True,
            cwd=cwd,
            timeout=timeout,
            env={**os.environ, **{name: str(value) for name, value in variables.items()}},
        )
        return types.SimpleNamespace(status=done.returncode, out=done.stdout, err=done.stderr)

    return p4jit


@pytest.fixture
def start(folder):
    """start("serve", "--pty"): the running command, which ends with the test."""
    running = []

    def start(*words, cwd=folder, **variables):
        process = subprocess.Popen(
            [COMMAND, *map(str, words)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=cwd,
            env={**os.environ, **{name: str(value) for name, value in variables.items()}},
        )
        running.append(process)
        return process

    yield start
    for process in running:
        process.kill()
        process.communicate(timeout=30)
