// What the component sees of ESP-IDF and TinyUSB, on the virtual chip. The USB
// port is the virtual board's link; the heaps and the C library's support are the
// virtual port's.
#include "firmware/virtual/chip.h"
#include "firmware/virtual/heap.h"
#include "tests/idf/board/rtos.h"

#include <p4jit.h>

#include <esp_app_desc.h>
#include <esp_chip_info.h>
#include <esp_heap_caps.h>
#include <esp_mac.h>
#include <esp_private/panic_internal.h>
#include <esp_random.h>
#include <esp_task_wdt.h>
#include <freertos/FreeRTOS.h>
#include <tinyusb.h>
#include <tinyusb_cdc_acm.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool g_panic_abort;
char* g_panic_abort_details;

/// A trap that is not the kernel's: the board is lost.
void xt_unhandled_exception(void* frame);
void xt_unhandled_exception(void* frame) {
    const uint32_t* words = frame;
    printf("panic on hart %lu: mcause %lu, mepc %08lx, mtval %08lx, ra %08lx, sp %08lx\n", (unsigned long)words[36],
           (unsigned long)words[34], (unsigned long)words[0], (unsigned long)words[35], (unsigned long)words[1],
           (unsigned long)words[2]);
    for (;;) __asm__ volatile("csrci mstatus, 8\n wfi");
}

void panicHandler(void* frame);
void panicHandler(void* frame) { xt_unhandled_exception(frame); }

// The kernels' stack is at the bottom of L2MEM, its slack where no memory is: an
// overflow, which ESP-IDF's stack guard would see, is a trap with a wild sp here.
extern uint8_t __kernel_stack[];
void* __real_heap_caps_aligned_alloc(size_t alignment, size_t size, uint32_t caps);
void* __wrap_heap_caps_aligned_alloc(size_t alignment, size_t size, uint32_t caps);

void* __wrap_heap_caps_aligned_alloc(size_t alignment, size_t size, uint32_t caps) {
    static bool taken;
    bool is_stack = !taken && caps == (MALLOC_CAP_INTERNAL | MALLOC_CAP_8BIT);
    if (!is_stack) return __real_heap_caps_aligned_alloc(alignment, size, caps);
    taken = true;
    return __kernel_stack + CONFIG_P4JIT_KERNEL_STACK - size;
}

void heap_caps_get_info(multi_heap_info_t* info, uint32_t caps) {
    (void)caps;
    *info = (multi_heap_info_t){.allocated_blocks = heap_check(NULL).blocks};
}

bool world_sync(void* self, uint32_t address, uint32_t size);
bool world_sync(void* self, uint32_t address, uint32_t size) {
    (void)self;
    (void)address;
    (void)size;
    fence();
    return true;
}

/// For kernels: what ESP-IDF's free() does with a block that is free already.
void asserts_with_the_lock(void);
void asserts_with_the_lock(void) {
    static portMUX_TYPE mux = portMUX_INITIALIZER_UNLOCKED;
    char words[] = "assert failed: block already marked as free";
    portENTER_CRITICAL(&mux);
    g_panic_abort = true;
    g_panic_abort_details = words;
    __asm__ volatile("unimp" : : "r"(words) : "memory");
    portEXIT_CRITICAL(&mux);
}

// USB.

static tusb_cdcacm_callback_t on_line_state;

esp_err_t tinyusb_driver_install(const tinyusb_config_t* config) {
    (void)config;
    return ESP_OK;
}

esp_err_t tinyusb_cdcacm_init(const tinyusb_config_cdcacm_t* config) {
    on_line_state = config->callback_line_state_changed;
    cdcacm_event_t opened = {.type = CDC_EVENT_LINE_STATE_CHANGED, .line_state_changed_data = {true, true}};
    on_line_state(0, &opened);
    return ESP_OK;
}

uint32_t tud_cdc_n_available(uint8_t itf) {
    (void)itf;
    return read_register(LINK_RX_AVAILABLE);
}

uint32_t tud_cdc_n_read(uint8_t itf, void* buffer, uint32_t size) {
    if (tud_cdc_n_available(itf) == 0) return 0;
    write_register(LINK_RX_ADDRESS, (uint32_t)buffer);
    write_register(LINK_RX_LENGTH, size);
    fence();
    return read_register(LINK_RX_LENGTH);
}

uint32_t tud_cdc_n_write(uint8_t itf, const void* buffer, uint32_t size) {
    (void)itf;
    fence();
    write_register(LINK_TX_ADDRESS, (uint32_t)buffer);
    write_register(LINK_TX_LENGTH, size);
    return read_register(LINK_TX_LENGTH);
}

uint32_t tud_cdc_n_write_available(uint8_t itf) { return itf == 0 ? read_register(LINK_TX_FREE) : 0; }
void tud_cdc_n_read_flush(uint8_t itf) { (void)itf; }
uint32_t tud_cdc_n_write_flush(uint8_t itf) { return itf; }
bool tud_cdc_n_write_clear(uint8_t itf) { return itf == 0; }

// The chip and the image.

void esp_chip_info(esp_chip_info_t* info) {
    *info = (esp_chip_info_t){.model = CHIP_ESP32P4, .revision = 100, .cores = 2};
}

const esp_app_desc_t* esp_app_get_description(void) {
    enum { NOTE_HEADER = 16, BUILD_ID = 20 };
    extern const uint8_t __build_id_note[];
    static esp_app_desc_t description;
    memcpy(description.app_elf_sha256, __build_id_note + NOTE_HEADER, BUILD_ID);
    return &description;
}

uint32_t esp_random(void) { return (uint32_t)cycles(); }

esp_err_t esp_read_mac(uint8_t* mac, esp_mac_type_t type) {
    (void)type;
    memset(mac, 0, 6);
    return ESP_OK;
}

esp_err_t esp_task_wdt_reconfigure(const esp_task_wdt_config_t* config) {
    return config->idle_core_mask == 1 ? ESP_OK : ESP_ERR_INVALID_ARG;
}

// The C library: one stream, by way of _write_r() as in ESP-IDF.

struct _reent;
int _write_r(struct _reent* state, int file, const void* text, size_t size);

static int put(char character, FILE* file) {
    (void)file;
    return _write_r(NULL, 1, &character, 1) == 1 ? (uint8_t)character : EOF;
}

static FILE console;
FILE* const stdin = &console;
FILE* const stdout = &console;
FILE* const stderr = &console;

void funlockfile(FILE* file) { (void)file; }

extern const uint8_t __tdata_image[], __tdata_size[];
extern uint8_t __service_tls[], __kernel_tls[];

/// For start.S: hart 0, .bss zeroed.
_Noreturn void board_main(void);
_Noreturn void board_main(void) {
    memcpy(__service_tls, __tdata_image, (uint32_t)__tdata_size);
    memcpy(__kernel_tls, __tdata_image, (uint32_t)__tdata_size);
    fdev_setup_stream(&console, put, NULL, NULL, _FDEV_SETUP_WRITE);
    heap_start();
    if (p4jit_start() != ESP_OK) printf("p4jit_start() failed\n");
    rtos_serve();
}
