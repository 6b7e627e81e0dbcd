// The world as the core sees it: everything it needs and cannot do itself.
//
// A port fills in one p4_world and hands it to p4_core_start(). docs/firmware.md
// tells how; firmware/virtual is an example, tests/firmware/fake_world.hpp
// another. All functions are called from one thread, the one that calls
// p4_core_serve(). Addresses are the device's, 32 bits; 0 is no address.
#ifndef P4_WORLD_H
#define P4_WORLD_H

#include "firmware/core/p4_caps.h"
#include "firmware/core/p4_status.h"
#include "firmware/core/p4_v2.h"

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// For p4_world.receive: wait until something comes.
#define P4_FOREVER UINT32_MAX

/// How a kernel ended.
typedef enum p4_outcome {
    P4_RETURNED,
    P4_FAULTED, // a trap
    P4_STOPPED, // attend() wanted it
    P4_LIMIT,   // it ran longer than it may
    P4_STUCK,   // it cannot be stopped and still runs; so will later ones say
} p4_outcome;

/// A kernel to run.
typedef struct p4_run {
    uint32_t address;
    uint32_t argument;  // for register a0
    uint32_t limit_ms;  // stop it after this; 0: never
    bool measure_stack; // fill in p4_end.stack_used

    /// To be called when bytes wait on the link or text on the console while
    /// the kernel runs, from the thread that serves; more often does no harm.
    /// True: stop the kernel. It takes what waits, so that it need not be
    /// called again at once.
    bool (*attend)(void* context);
    void* context;
} p4_run;

/// Where a kernel was when it crashed or was stopped.
typedef struct p4_fault {
    uint32_t cause, pc, value; // mcause, mepc, mtval
    uint32_t x[32];            // integer registers
    uint32_t stack_low, stack_high;
    uint32_t count; // words of stack, from sp up; 0 if sp is not in the stack
    uint32_t words[P4_V2_LIMIT_STACK_WORDS];
} p4_fault;

/// What became of it. The caller clears it before, by p4_end_clear().
typedef struct p4_end {
    uint32_t result;     // register a0, if it returned
    uint64_t cycles;     // from its first instruction to its end
    uint32_t stack_used; // bytes; 0: not measured
    p4_fault fault;      // unless it returned; pc 0: not known
} p4_end;

/// The rest of it means nothing then.
static inline void p4_end_clear(p4_end* end) {
    end->result = end->stack_used = 0;
    end->cycles = 0;
    end->fault.pc = end->fault.count = 0;
}

/// What the device is, for HELLO.
typedef struct p4_about {
    uint32_t chip, revision; // family, 100 * major + minor
    uint32_t clock_hz;       // what cycles are counted with
    uint32_t boot;           // another number each time the firmware starts
    uint32_t stack, stack_size;
    const uint8_t* build; // build ID
    uint32_t build_size;
    const char* name; // "p4jit-virtual 0.1.0"
} p4_about;

/// In bytes.
typedef struct p4_heap_sizes {
    uint32_t free_spiram, total_spiram;
    uint32_t free_internal, total_internal;
} p4_heap_sizes;

typedef struct p4_heap_health {
    uint32_t damaged;          // heaps whose bookkeeping is
    uint32_t blocks;           // allocated ones, whoever owns them
    uint32_t largest_spiram;   // bytes of the largest free block
    uint32_t largest_internal; // the same
} p4_heap_health;

/// What memory that is no block is to be used for.
typedef enum p4_access { P4_TO_READ, P4_TO_WRITE, P4_TO_RUN } p4_access;

typedef struct p4_world {
    /// Handed to every function below.
    void* self;

    /// Takes what the link has, at least one and at most `room` (never 0)
    /// bytes, waiting up to wait_ms milliseconds for the first one. Returns how
    /// many, 0 when none came in time, and less than 0 when the host is gone.
    int32_t (*receive)(void* self, uint8_t* to, uint32_t room, uint32_t wait_ms);

    /// Sends all of it, however long the host takes to read. If the host goes
    /// away the rest is dropped and receive() says so.
    void (*send)(void* self, const uint8_t* from, uint32_t count);

    /// A block of at least `size` bytes in memory that has all of `caps`
    /// (P4_CAP), at a multiple of `alignment`, a power of two. 0: no.
    uint32_t (*allocate)(void* self, uint32_t size, uint32_t caps, uint32_t alignment);

    /// Gives back what allocate() returned.
    void (*release)(void* self, uint32_t address);

    /// Where the byte at an address inside a block is found.
    uint8_t* (*memory)(void* self, uint32_t address);

    /// May a host that takes the risk (OPEN with UNSAFE) use these bytes, at
    /// least one, which are in none of its blocks? False where an access would
    /// trap. memory() then finds them, too; registers are accessed as words.
    /// NULL: never.
    bool (*reaches)(void* self, uint32_t address, uint32_t size, p4_access access);

    /// The host wrote these bytes: makes them visible to code and DMA. False
    /// if the range has no cache. `size` may be 0.
    bool (*sync)(void* self, uint32_t address, uint32_t size);

    p4_heap_sizes (*heap_sizes)(void* self);

    /// Walks all heaps and checks them.
    p4_heap_health (*heap_check)(void* self);

    /// Calls the code as int f(argument), with interrupts enabled and a fresh
    /// floating-point state, until it returns, traps, reaches its limit, or
    /// attend() says stop. A port that cannot stop kernels need not call
    /// attend() and may ignore the limit.
    p4_outcome (*execute)(void* self, const p4_run* run, p4_end* end);

    /// Milliseconds since some moment; wraps around.
    uint32_t (*now_ms)(void* self);

    /// Where what kernels print goes from now on: true, into a buffer for
    /// console(); false, to the port's own console.
    void (*route_console)(void* self, bool to_host);

    /// Takes at most `room` bytes that kernels printed; 0: none.
    uint32_t (*console)(void* self, uint8_t* to, uint32_t room);

    /// Constant while the firmware runs.
    const p4_about* about;
} p4_world;

/// Memory for the core itself, at a cache line, in PSRAM if there is any. 0: no.
static inline uint32_t p4_allocate_own(const p4_world* world, uint32_t size) {
    uint32_t address = world->allocate(world->self, size, P4_CAP(SPIRAM), P4_CACHE_LINE);
    return address != 0 ? address : world->allocate(world->self, size, P4_CAP(DEFAULT), P4_CACHE_LINE);
}

#ifdef __cplusplus
}
#endif
#endif
