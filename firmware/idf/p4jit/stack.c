#include "firmware/idf/p4jit/stack.h"

#include <esp_attr.h>
#include <esp_heap_caps.h>
#include <sdkconfig.h>

enum {
    SLACK = 2048,
    SYSTEM = 512,         // at the low end: 132 + 24 + 216 bytes for FPU, loops and vector unit, aligned
    OVERFLOW = 64 * 1024, // how far below sp is when a function with a large frame overflowed
};

static const uint32_t pattern = 0xC0DEFACE;

static uint32_t* word_at(uint32_t address) { return (uint32_t*)(uintptr_t)address; }

bool p4jit_stack_make(p4jit_stack* stack) {
    uint32_t size = SLACK + CONFIG_P4JIT_KERNEL_STACK;
    uint32_t block = (uint32_t)(uintptr_t)heap_caps_aligned_alloc(16, size, MALLOC_CAP_INTERNAL | MALLOC_CAP_8BIT);
    if (block == 0) return false;
    *stack = (p4jit_stack){.low = block + SLACK, .high = block + size};
    return true;
}

void p4jit_stack_paint(const p4jit_stack* stack, uint32_t sp) {
    for (uint32_t at = stack->low + SYSTEM; at < sp; at += 4) *word_at(at) = pattern;
}

uint32_t p4jit_stack_used(const p4jit_stack* stack, uint32_t sp) {
    uint32_t at = stack->low + SYSTEM;
    while (at < sp && *word_at(at) == pattern) at += 4;
    return sp - at;
}

void IRAM_ATTR p4jit_stack_copy(const p4jit_stack* stack, p4_fault* fault, uint32_t sp) {
    fault->stack_low = stack->low;
    fault->stack_high = stack->high;
    fault->count = 0;
    if (sp < stack->low && stack->low - sp <= OVERFLOW) sp = stack->low;
    if (sp < stack->low || sp > stack->high || sp % 4 != 0) return;
    uint32_t words = (stack->high - sp) / 4;
    fault->count = words < P4_V2_LIMIT_STACK_WORDS ? words : P4_V2_LIMIT_STACK_WORDS;
    for (uint32_t i = 0; i < fault->count; ++i) fault->words[i] = *word_at(sp + 4 * i);
}
