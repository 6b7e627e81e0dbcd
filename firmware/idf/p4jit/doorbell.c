#include "firmware/idf/p4jit/doorbell.h"

#include "firmware/core/p4_world.h"

#include <freertos/FreeRTOS.h>
#include <freertos/task.h>

#include <stddef.h>

static TaskHandle_t volatile sleeper;

static TickType_t ticks(uint32_t ms) {
    if (ms == P4_FOREVER) return portMAX_DELAY;
    // One more: a tick that has begun does not count. Below portMAX_DELAY for every ms.
    return (TickType_t)((uint64_t)ms * configTICK_RATE_HZ / 1000) + 1;
}

void p4jit_doorbell_open(void) { sleeper = xTaskGetCurrentTaskHandle(); }

void p4jit_doorbell_ring(void) {
    TaskHandle_t task = sleeper;
    if (task != NULL) xTaskNotifyGive(task);
}

void p4jit_doorbell_wait(uint32_t ms) { ulTaskNotifyTake(pdTRUE, ticks(ms)); }
