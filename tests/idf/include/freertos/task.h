// ESP-IDF components/freertos: FreeRTOS-Kernel/include/freertos/task.h and
// esp_additions/include/freertos/idf_additions.h
#pragma once

#include <freertos/FreeRTOS.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tskTaskControlBlock* TaskHandle_t;
typedef void (*TaskFunction_t)(void*);

typedef enum { eNoAction, eSetBits, eIncrement } eNotifyAction;

#define taskSCHEDULER_SUSPENDED ((BaseType_t)0)
#define taskSCHEDULER_NOT_STARTED ((BaseType_t)1)
#define taskSCHEDULER_RUNNING ((BaseType_t)2)

BaseType_t xTaskCreatePinnedToCore(TaskFunction_t code, const char* name, uint32_t stack_bytes, void* parameters,
                                   UBaseType_t priority, TaskHandle_t* created, BaseType_t core);
TaskHandle_t xTaskCreateStaticPinnedToCore(TaskFunction_t code, const char* name, uint32_t stack_bytes,
                                           void* parameters, UBaseType_t priority, StackType_t* stack,
                                           StaticTask_t* memory, BaseType_t core);
TaskHandle_t xTaskGetCurrentTaskHandle(void);
void vTaskDelay(TickType_t ticks);
BaseType_t xTaskAbortDelay(TaskHandle_t task);
void vTaskSuspend(TaskHandle_t task);
void vTaskResume(TaskHandle_t task);
BaseType_t xTaskGetSchedulerState(void);
BaseType_t xTaskResumeAll(void);

BaseType_t xTaskGenericNotify(TaskHandle_t task, UBaseType_t index, uint32_t value, eNotifyAction action,
                              uint32_t* previous);
uint32_t ulTaskGenericNotifyTake(UBaseType_t index, BaseType_t clear, TickType_t wait);
#define xTaskNotifyGive(task) xTaskGenericNotify((task), 0, 0, eIncrement, NULL)
#define ulTaskNotifyTake(clear, wait) ulTaskGenericNotifyTake(0, (clear), (wait))

#ifdef __cplusplus
}
#endif
