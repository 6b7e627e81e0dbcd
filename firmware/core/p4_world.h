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
    P4_STOPPED, // bytes arrived while it ran
} p4_outcome;

/// Bytes.
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

    /// The host wrote these bytes: makes them visible to code and DMA. False
    /// if the range has no cache. `size` may be 0.
    bool (*sync)(void* self, uint32_t address, uint32_t size);

    p4_heap_sizes (*heap_sizes)(void* self);

    /// Walks all heaps and checks them.
    p4_heap_health (*heap_check)(void* self);

    /// Calls the code at the address as int f(void), with interrupts enabled
    /// and a fresh floating-point state, until it returns, traps, or a byte
    /// arrives on the link. *result is what it returned, else untouched.
    p4_outcome (*execute)(void* self, uint32_t address, uint32_t* result);
} p4_world;

/// Memory for the core itself, in PSRAM if there is any. 0: no.
static inline uint32_t p4_allocate_own(const p4_world* world, uint32_t size) {
    enum { ALIGNMENT = 16 };
    uint32_t address = world->allocate(world->self, size, P4_CAP(SPIRAM), ALIGNMENT);
    return address != 0 ? address : world->allocate(world->self, size, P4_CAP(DEFAULT), ALIGNMENT);
}

#ifdef __cplusplus
}
#endif
#endif
