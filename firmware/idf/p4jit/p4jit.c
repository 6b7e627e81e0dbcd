// The component's table of contents.
//
//   p4jit      here: the core's world, and the serving task
//   link       USB
//   kernel     the kernel task, seen from the serving task
//     enter      into a kernel and out again, and the trap entry (assembly)
//     fault      traps end the kernel, not the board
//     stop       ending a kernel from outside
//     stack      of kernels
//     cycles     that they took
//   console    what they print
//   heap, cache, about
//   doorbell   where the serving task sleeps
//
// docs/silicon.md tells what was checked against ESP-IDF, and what only silicon
// can tell.
#include <p4jit.h>

#include "firmware/core/p4_core.h"
#include "firmware/idf/p4jit/about.h"
#include "firmware/idf/p4jit/cache.h"
#include "firmware/idf/p4jit/console.h"
#include "firmware/idf/p4jit/doorbell.h"
#include "firmware/idf/p4jit/heap.h"
#include "firmware/idf/p4jit/kernel.h"
#include "firmware/idf/p4jit/link.h"

#include <esp_task_wdt.h>
#include <esp_timer.h>
#include <freertos/FreeRTOS.h>
#include <freertos/task.h>
#include <sdkconfig.h>

#include <stddef.h>

#if CONFIG_FREERTOS_UNICORE || CONFIG_FREERTOS_SMP
#error "P4-JIT runs kernels on a core of their own, with ESP-IDF's FreeRTOS: unset FREERTOS_UNICORE and FREERTOS_SMP"
#endif
#if CONFIG_ESP_SYSTEM_PMP_IDRAM_SPLIT || CONFIG_ESP_SYSTEM_MEMPROT
#error                                                                                                                 \
    "memory protection keeps kernels from running in internal RAM: unset ESP_SYSTEM_PMP_IDRAM_SPLIT (ESP-IDF 5) or ESP_SYSTEM_MEMPROT (6)"
#endif

static uint8_t* memory(void* self, uint32_t address) {
    (void)self;
    return (uint8_t*)(uintptr_t)address;
}

static uint32_t now_ms(void* self) {
    (void)self;
    return (uint32_t)(esp_timer_get_time() / 1000);
}

static p4_about about;

static const p4_world world = {
    .receive = p4jit_link_receive,
    .send = p4jit_link_send,
    .allocate = p4jit_heap_allocate,
    .release = p4jit_heap_release,
    .memory = memory,
    .sync = p4jit_cache_sync,
    .heap_sizes = p4jit_heap_sizes,
    .heap_check = p4jit_heap_check,
    .execute = p4jit_kernel_run,
    .now_ms = now_ms,
    .route_console = p4jit_console_route,
    .console = p4jit_console_take,
    .about = &about,
};

static void serve(void* self) {
    p4_core* core = self;
    p4jit_doorbell_open();
    for (;;) p4_core_serve(core);
}

// The watchdog of tasks looks whether the idle task of a core gets to run. On the
// kernels' core it does not, for as long as a kernel takes.
static void spare_kernels_the_watchdog(void) {
#if CONFIG_ESP_TASK_WDT_INIT
    uint32_t cores = 0;
#if CONFIG_ESP_TASK_WDT_CHECK_IDLE_TASK_CPU0
    cores |= 1 << 0;
#endif
#if CONFIG_ESP_TASK_WDT_CHECK_IDLE_TASK_CPU1
    cores |= 1 << 1;
#endif
    const esp_task_wdt_config_t watchdog = {
        .timeout_ms = CONFIG_ESP_TASK_WDT_TIMEOUT_S * 1000,
        .idle_core_mask = cores & ~(UINT32_C(1) << CONFIG_P4JIT_KERNEL_CORE),
#if CONFIG_ESP_TASK_WDT_PANIC
        .trigger_panic = true,
#endif
    };
    esp_task_wdt_reconfigure(&watchdog);
#endif
}

esp_err_t p4jit_start(void) {
    static p4_core core; // in internal RAM: its table is looked into for each byte
    if (core.world != NULL) return ESP_ERR_INVALID_STATE;
    esp_err_t error = p4jit_kernel_start();
    if (error != ESP_OK) return error;
    p4jit_about_fill(&about);
    if (p4_core_start(&core, &world) != P4_OK) return ESP_ERR_NO_MEM;
    spare_kernels_the_watchdog();
    // Beyond this point everything is there that a host may ask for.
    error = p4jit_link_start();
    if (error != ESP_OK) return error;
    BaseType_t made = xTaskCreatePinnedToCore(serve, "p4jit link", 6144, &core, CONFIG_P4JIT_LINK_PRIORITY, NULL,
                                              !CONFIG_P4JIT_KERNEL_CORE);
    return made == pdPASS ? ESP_OK : ESP_ERR_NO_MEM;
}
