// ESP-IDF components/freertos: FreeRTOS-Kernel/include/freertos/FreeRTOS.h, with
// portable/riscv/include/freertos/portmacro.h and config/include/freertos/
// FreeRTOSConfig.h, which it includes. The sizes of the dummies are nobody's business.
#pragma once

#include <sdkconfig.h>

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef int BaseType_t;
typedef unsigned int UBaseType_t;
typedef uint32_t TickType_t;
typedef uint8_t StackType_t;

#define pdFALSE ((BaseType_t)0)
#define pdTRUE ((BaseType_t)1)
#define pdFAIL pdFALSE
#define pdPASS pdTRUE
#define portMAX_DELAY ((TickType_t)0xffffffffUL)
#define configTICK_RATE_HZ CONFIG_FREERTOS_HZ
#define configMAX_PRIORITIES 25

typedef struct {
    void* dummies[96];
} StaticTask_t;

typedef struct {
    uint32_t owner, count;
} portMUX_TYPE; // spinlock_t
#define portMUX_FREE_VAL 0xB33FFFFF
#define portMUX_INITIALIZER_UNLOCKED {portMUX_FREE_VAL, 0}

BaseType_t xPortEnterCriticalTimeout(portMUX_TYPE* mux, BaseType_t timeout);
void vPortExitCriticalMultiCore(portMUX_TYPE* mux);
UBaseType_t xPortSetInterruptMaskFromISR(void);
void vPortClearInterruptMaskFromISR(UBaseType_t level);
BaseType_t xPortGetCoreID(void); // inline there

#define portMUX_NO_TIMEOUT (-1)
#define portENTER_CRITICAL(mux) xPortEnterCriticalTimeout(mux, portMUX_NO_TIMEOUT)
#define portEXIT_CRITICAL(mux) vPortExitCriticalMultiCore(mux)
#define portSET_INTERRUPT_MASK_FROM_ISR() xPortSetInterruptMaskFromISR()
#define portCLEAR_INTERRUPT_MASK_FROM_ISR(level) vPortClearInterruptMaskFromISR(level)

#ifdef __cplusplus
}
#endif
