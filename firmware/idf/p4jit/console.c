#include "firmware/idf/p4jit/console.h"

#include "firmware/idf/p4jit/doorbell.h"
#include "firmware/idf/p4jit/kernel.h"

#include <freertos/FreeRTOS.h>
#include <freertos/task.h>

#include <stdatomic.h>
#include <sys/types.h>

// A ring: the kernel task moves `put`, the serving task `taken`. The buffer's
// size divides 2^32.
enum { RING = 4096 };
static struct {
    atomic_bool to_host, waits;
    _Atomic uint32_t put, taken;
    uint8_t bytes[RING];
} ring;

void p4jit_console_route(void* self, bool to_host) {
    (void)self;
    atomic_store(&ring.taken, atomic_load(&ring.put));
    atomic_store(&ring.to_host, to_host);
}

uint32_t p4jit_console_take(void* self, uint8_t* to, uint32_t room) {
    (void)self;
    atomic_store(&ring.waits, false);
    uint32_t taken = atomic_load(&ring.taken), count = 0;
    for (; count < room && taken != atomic_load(&ring.put); ++count) to[count] = ring.bytes[taken++ % RING];
    atomic_store(&ring.taken, taken);
    return count;
}

bool p4jit_console_goes_to_host(void) { return atomic_load(&ring.to_host); }

bool p4jit_console_waits(void) { return atomic_load(&ring.waits); }

static void call_service(void) {
    atomic_store(&ring.waits, true);
    p4jit_doorbell_ring();
}

// False: there will be no room, the kernel is being stopped.
static bool wait_for_room(uint32_t put) {
    while (put - atomic_load(&ring.taken) >= RING) {
        if (p4jit_kernel_is_stopping()) return false;
        call_service();
        vTaskDelay(1);
    }
    return true;
}

bool p4jit_console_put(const void* text, size_t size) {
    if (!p4jit_console_goes_to_host()) return false;
    bool line = false;
    for (size_t i = 0; i < size; ++i) {
        uint32_t put = atomic_load(&ring.put);
        if (!wait_for_room(put)) return true;
        uint8_t character = ((const uint8_t*)text)[i];
        ring.bytes[put % RING] = character;
        atomic_store(&ring.put, put + 1);
        line = line || character == '\n' || put + 1 - atomic_load(&ring.taken) == RING / 2;
    }
    if (line) call_service();
    return true;
}

// The C library writes through _write_r(), newlib and picolibc alike; the linker
// sends those calls here (--wrap).
struct _reent;
ssize_t __real__write_r(struct _reent* state, int file, const void* text, size_t size);
ssize_t __wrap__write_r(struct _reent* state, int file, const void* text, size_t size);

ssize_t __wrap__write_r(struct _reent* state, int file, const void* text, size_t size) {
    enum { STDOUT = 1, STDERR = 2 };
    bool printed = file == STDOUT || file == STDERR;
    if (printed && p4jit_kernel_is_me() && p4jit_console_put(text, size)) return (ssize_t)size;
    return __real__write_r(state, file, text, size);
}
