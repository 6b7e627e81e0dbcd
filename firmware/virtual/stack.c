#include "firmware/virtual/stack.h"

#include "firmware/virtual/chip.h"

extern uint32_t __kernel_stack_top[]; // by the linker script; it begins where L2MEM does

// How far below the stack sp is when a function with a large frame overflowed it.
enum { overflow = 64 * 1024 };

static const uint32_t pattern = 0xC0DEFACE;

static uint32_t* bottom(void) { return (uint32_t*)l2mem_base; }

void stack_paint(void) {
    for (uint32_t* word = bottom(); word < __kernel_stack_top; ++word) *word = pattern;
}

uint32_t stack_used(void) {
    const uint32_t* word = bottom();
    while (word < __kernel_stack_top && *word == pattern) ++word;
    return (uint32_t)((const uint8_t*)__kernel_stack_top - (const uint8_t*)word);
}

void stack_copy(p4_fault* fault, uint32_t sp) {
    const uint32_t top = (uint32_t)__kernel_stack_top;
    fault->stack_low = l2mem_base;
    fault->stack_high = top;
    fault->count = 0;
    if (sp < l2mem_base && l2mem_base - sp <= overflow) sp = l2mem_base;
    if (sp < l2mem_base || sp > top || sp % 4 != 0) return;
    uint32_t words = (top - sp) / 4;
    fault->count = words < P4_V2_LIMIT_STACK_WORDS ? words : P4_V2_LIMIT_STACK_WORDS;
    for (uint32_t i = 0; i < fault->count; ++i) fault->words[i] = ((const uint32_t*)sp)[i];
}
