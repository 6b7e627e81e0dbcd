// The firmware of the virtual ESP32-P4: firmware/core on hart 0, kernels on
// hart 1. Read start.S for how the harts get here, kernel.h for how they talk.

#include "firmware/core/p4_core.h"
#include "firmware/virtual/chip.h"
#include "firmware/virtual/heap.h"
#include "firmware/virtual/kernel.h"
#include "firmware/virtual/link.h"
#include "firmware/virtual/reach.h"
#include "firmware/virtual/world.h"

#include <stdio.h>
#include <string.h>

// Thread-local storage, one block a hart, by the linker script.
extern const uint8_t __tdata_image[], __tdata_size[];
extern uint8_t __service_tls[], __kernel_tls[], __kernel_stack_top[];

static p4_core core;

static uint8_t* memory(void* self, uint32_t address) {
    (void)self;
    return (uint8_t*)address;
}

bool world_sync(void* self, uint32_t address, uint32_t size) {
    (void)self;
    (void)size;
    fence();
    return address - spm_base >= spm_size;
}

static uint32_t now_ms(void* self) {
    // Divided 32 bits at a time: it is asked with every message.
    enum { CYCLES_PER_MS = 1000 * CPU_MHZ };
    static uint64_t since;
    static uint32_t ms;
    (void)self;
    uint64_t passed = cycles() - since;
    while (passed >> 32 != 0) {
        uint32_t most = UINT32_MAX / CYCLES_PER_MS;
        ms += most;
        since += (uint64_t)most * CYCLES_PER_MS;
        passed -= (uint64_t)most * CYCLES_PER_MS;
    }
    uint32_t whole = (uint32_t)passed / CYCLES_PER_MS;
    ms += whole;
    since += (uint64_t)whole * CYCLES_PER_MS;
    return ms;
}

// The linker's note: three words, "GNU", the ID.
extern const uint8_t __build_id_note[];
enum { BUILD_ID = 16, BUILD_ID_SIZE = 20 };

static p4_about about;

/// The image has no initialised data.
static void about_start(uint32_t boot) {
    about = (p4_about){.chip = 0x5034,
                       .revision = chip_revision(),
                       .clock_hz = CPU_MHZ * UINT32_C(1000000),
                       .boot = boot,
                       .stack = l2mem_base,
                       .stack_size = (uint32_t)__kernel_stack_top - l2mem_base,
                       .build = __build_id_note + BUILD_ID,
                       .build_size = BUILD_ID_SIZE,
                       .name = "p4jit-virtual " P4JIT_VERSION};
}

const p4_world world = {
    .receive = link_receive,
    .send = link_send,
    .allocate = heap_allocate,
    .release = heap_release,
    .memory = memory,
    .reaches = world_reaches,
    .sync = world_sync,
    .heap_sizes = heap_sizes,
    .heap_check = heap_check,
    .execute = kernel_run,
    .now_ms = now_ms,
    .route_console = console_route,
    .console = console_take,
    .about = &about,
};

static void thread_storage_start(uint8_t* block) { memcpy(block, __tdata_image, (uint32_t)__tdata_size); }

/// For start.S: hart 0, .bss and both blocks of thread-local storage zeroed.
_Noreturn void service_main(void) {
    about_start((uint32_t)cycles() | 1);
    thread_storage_start(__service_tls);
    thread_storage_start(__kernel_tls);
    console_start();
    heap_start();
    // Beyond this point the kernel hart may be woken.
    if (p4_core_start(&core, &world) != P4_OK) printf("p4jit: no memory for the receive buffer\n");
    for (;;) p4_core_serve(&core);
}
