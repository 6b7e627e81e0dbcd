#include "firmware/idf/p4jit/stop.h"

#include "firmware/idf/p4jit/enter.h"
#include "firmware/idf/p4jit/kernel.h"

#include <sdkconfig.h>

#include <stdatomic.h>
#include <stddef.h>

static TaskHandle_t kernel_task, stopping_task;
static _Atomic uint32_t asked; // which kernel is to be stopped

// The firmware's code, by ESP-IDF's linker script, and the chip's ROM.
extern const char _text_start[], _text_end[], _iram_text_start[], _iram_text_end[];
enum {
#define MEMORY_REGION(id, base, size, ...) id##_base = (base), id##_size = (size),
#include "spec/chip/memory.def"
};

static bool inside(uint32_t pc, const char* begin, const char* end) {
    return pc >= (uint32_t)(uintptr_t)begin && pc < (uint32_t)(uintptr_t)end;
}

static bool is_firmware(uint32_t pc) {
    return inside(pc, _text_start, _text_end) || inside(pc, _iram_text_start, _iram_text_end) ||
           pc - (uint32_t)rom_base < (uint32_t)rom_size;
}

bool p4jit_stop_divert(TaskHandle_t kernel, bool force) {
    enum { SOFTWARE_INTERRUPT = 3 };
    // The kernel may wait for something that never comes, or have put itself to sleep.
    xTaskAbortDelay(kernel);
    vTaskResume(kernel);
    if (!p4jit_kernel_guard.runs) return false; // not yet, or no longer
    RvExcFrame* frame = *(RvExcFrame**)kernel;
    if (!force && is_firmware((uint32_t)frame->mepc)) return false;
    RvExcFrame told = *frame;
    told.mcause = (long)(UINT32_C(1) << 31 | SOFTWARE_INTERRUPT);
    told.mtval = 0;
    p4jit_kernel_note(&told, P4_STOPPED);
    p4jit_kernel_guard.runs = 0;
    frame->mepc = (long)(uintptr_t)p4jit_kernel_abort;
    return true;
}

static void stopping(void* self) {
    (void)self;
    for (;;) {
        ulTaskNotifyTake(pdTRUE, portMAX_DELAY);
        const TickType_t patience = P4JIT_STOP_PATIENCE_MS * configTICK_RATE_HZ / 1000;
        // The kernel may have ended by itself, and the next one run already. While
        // this task runs the kernel task does not: what is asked here holds.
        for (TickType_t tick = 0; !p4jit_kernel_is_done() && p4jit_kernel_number() == atomic_load(&asked); ++tick) {
            p4jit_stop_divert(kernel_task, tick >= patience);
            vTaskDelay(1);
        }
    }
}

esp_err_t p4jit_stop_start(TaskHandle_t kernel) {
    kernel_task = kernel;
    BaseType_t made = xTaskCreatePinnedToCore(stopping, "p4jit stop", 3072, NULL, configMAX_PRIORITIES - 1,
                                              &stopping_task, CONFIG_P4JIT_KERNEL_CORE);
    return made == pdPASS ? ESP_OK : ESP_ERR_NO_MEM;
}

void p4jit_stop_kernel(uint32_t number) {
    atomic_store(&asked, number);
    xTaskNotifyGive(stopping_task);
}
