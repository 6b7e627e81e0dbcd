#include "firmware/virtual/link.h"

#include "firmware/core/p4_world.h"
#include "firmware/virtual/chip.h"
#include "firmware/virtual/kernel.h"

#include <stdatomic.h>
#include <stdio.h>

bool link_has_bytes(void) { return read_register(LINK_RX_AVAILABLE) != 0; }

// Between two looks at a register, which cost an emulator more than a few
// hundred instructions do.
static void pause_a_moment(void) {
    for (int i = 0; i < 100; ++i) __asm__ volatile("");
}

int32_t link_receive(void* self, uint8_t* to, uint32_t room, uint32_t wait_ms) {
    (void)self;
    uint64_t start = cycles();
    while (!link_has_bytes()) {
        if (wait_ms == P4_FOREVER)
            sleep_until(INTERRUPT_EXTERNAL);
        else if (cycles() - start >= (uint64_t)wait_ms * 1000 * CPU_MHZ)
            return 0;
        else
            pause_a_moment();
    }
    write_register(LINK_RX_ADDRESS, (uint32_t)to);
    write_register(LINK_RX_LENGTH, room);
    fence();
    return (int32_t)read_register(LINK_RX_LENGTH);
}

void link_send(void* self, const uint8_t* from, uint32_t count) {
    (void)self;
    fence();
    while (count > 0) {
        write_register(LINK_TX_ADDRESS, (uint32_t)from);
        write_register(LINK_TX_LENGTH, count);
        uint32_t sent = read_register(LINK_TX_LENGTH);
        if (sent == 0) pause_a_moment();
        from += sent;
        count -= sent;
    }
}

// What the kernel hart printed and the service hart has not sent yet: a ring.
// Each hart moves one end. The buffer's size divides 2^32.
enum { RING = 4096 };
static struct {
    atomic_bool to_host, waits;
    _Atomic uint32_t put, taken;
    uint8_t bytes[RING];
} ring;

bool console_goes_to_host(void) { return atomic_load(&ring.to_host); }

bool console_waits(void) { return atomic_load(&ring.waits); }

void console_route(void* self, bool to_host) {
    (void)self;
    atomic_store(&ring.taken, atomic_load(&ring.put));
    atomic_store(&ring.to_host, to_host);
}

uint32_t console_take(void* self, uint8_t* to, uint32_t room) {
    (void)self;
    atomic_store(&ring.waits, false);
    uint32_t taken = atomic_load(&ring.taken), count = 0;
    for (; count < room && taken != atomic_load(&ring.put); ++count) to[count] = ring.bytes[taken++ % RING];
    atomic_store(&ring.taken, taken);
    return count;
}

static void call_service(void) {
    atomic_store(&ring.waits, true);
    kernel_calls_service();
}

static void put_in_ring(uint8_t character) {
    uint32_t put = atomic_load(&ring.put);
    while (put - atomic_load(&ring.taken) >= RING) call_service();
    ring.bytes[put % RING] = character;
    atomic_store(&ring.put, put + 1);
    if (character == '\n' || put + 1 - atomic_load(&ring.taken) == RING / 2) call_service();
}

static int console_put(char character, FILE* file) {
    (void)file;
    if (hart_id() == KERNEL_HART && console_goes_to_host())
        put_in_ring((uint8_t)character);
    else
        write_register(UART0_FIFO, (uint8_t)character);
    return (uint8_t)character;
}

static int console_get(FILE* file) {
    (void)file;
    return _FDEV_EOF;
}

// Zeroed at the start and filled in by console_start(): the image has no
// initialised data, so that it can be started again as it is.
static FILE console;
FILE* const stdin = &console;
FILE* const stdout = &console;
FILE* const stderr = &console;

void console_start(void) { fdev_setup_stream(&console, console_put, console_get, NULL, _FDEV_SETUP_RW); }
