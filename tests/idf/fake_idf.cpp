#include "tests/idf/fake_idf.hpp"

extern "C" {
#include "firmware/idf/p4jit/enter.h"
}

#include <doctest/doctest.h>
#include <sys/mman.h>

#include <algorithm>
#include <cstdarg>
#include <cstdio>
#include <cstring>
#include <memory>
#include <utility>

#include <esp_cache.h>
#include <esp_cpu.h>
#include <esp_heap_caps.h>
#include <esp_mac.h>
#include <esp_private/hw_stack_guard.h>
#include <esp_private/panic_internal.h>
#include <esp_rom_sys.h>
#include <esp_timer.h>
#include <hal/assist_debug_ll.h>

namespace p4jit::test {

namespace {

FakeIdf* only = nullptr;

Bytes take(std::deque<std::uint8_t>& from, std::size_t count) {
    count = std::min(count, from.size());
    const auto end = from.begin() + static_cast<std::ptrdiff_t>(count);
    Bytes bytes(from.begin(), end);
    from.erase(from.begin(), end);
    return bytes;
}

/// Memory below 4 GiB: the component's addresses are the chip's.
class LowMemory {
public:
    LowMemory()
        : base_(static_cast<std::uint8_t*>(
              ::mmap(nullptr, size_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0))) {
        REQUIRE(base_ != MAP_FAILED);
    }
    ~LowMemory() { ::munmap(base_, size_); }
    LowMemory(const LowMemory&) = delete;
    LowMemory& operator=(const LowMemory&) = delete;

    void* allocate(std::size_t alignment, std::size_t size) {
        used_ = (used_ + alignment - 1) & ~(alignment - 1);
        if (size > size_ - used_) return nullptr;
        used_ += size;
        return base_ + used_ - size;
    }

private:
    static constexpr std::size_t size_ = 1 << 20;
    std::uint8_t* base_;
    std::size_t used_ = 0;
};

std::unique_ptr<LowMemory> memory;

} // namespace

FakeIdf& FakeIdf::here() {
    REQUIRE(only != nullptr);
    return *only;
}

FakeIdf::FakeIdf() {
    REQUIRE(only == nullptr);
    only = this;
    memory = std::make_unique<LowMemory>();
    current = reinterpret_cast<TaskHandle_t>(this);
}

FakeIdf::~FakeIdf() {
    memory.reset();
    only = nullptr;
}

void FakeUsb::send_packet(std::size_t size) {
    if (host_out.empty()) return;
    if (CFG_TUD_CDC_RX_BUFSIZE - rx.size() < packet) {
        ++refused;
        return;
    }
    const auto bytes = take(host_out, std::min(size, packet));
    rx.insert(rx.end(), bytes.begin(), bytes.end());
    cdcacm_event_t event{};
    event.type = CDC_EVENT_RX;
    port.callback_rx(0, &event);
}

bool FakeUsb::take_packet() {
    if (!busy) return false;
    host_in.insert(host_in.end(), in_flight.begin(), in_flight.end());
    if (in_flight.empty()) ++empty_packets;
    last_was_full = in_flight.size() == packet;
    busy = false;
    tud_cdc_tx_complete_cb(0);
    if (tud_cdc_n_write_flush(0) == 0 && !busy && last_was_full) {
        in_flight.clear();
        busy = true;
    }
    return true;
}

void FakeUsb::open(bool dtr) {
    cdcacm_event_t event{};
    event.type = CDC_EVENT_LINE_STATE_CHANGED;
    event.line_state_changed_data = {dtr, dtr};
    port.callback_line_state_changed(0, &event);
}

void FakeUsb::pull_the_cable() {
    tinyusb_event_t event{TINYUSB_EVENT_DETACHED, 0};
    driver.event_cb(&event, driver.event_arg);
}

} // namespace p4jit::test

using p4jit::test::FakeIdf;

extern "C" {

// FreeRTOS.

volatile UBaseType_t port_uxInterruptNesting[2];
volatile UBaseType_t port_uxCriticalNesting[2];
void* volatile pxCurrentTCBs[2];
bool g_panic_abort;
char* g_panic_abort_details;

TaskHandle_t xTaskGetCurrentTaskHandle() { return FakeIdf::here().current; }

BaseType_t xTaskGenericNotify(TaskHandle_t, UBaseType_t, uint32_t, eNotifyAction action, uint32_t*) {
    REQUIRE(action == eIncrement);
    ++FakeIdf::here().rings;
    return pdPASS;
}

static void sleep_until(std::int64_t end, const std::function<bool()>& woken) {
    auto& idf = FakeIdf::here();
    while (!woken() && idf.now_us < end) {
        idf.now_us += 100;
        if (!idf.meanwhile()) {
            REQUIRE_MESSAGE(end != INT64_MAX, "a task sleeps and nobody will ever wake it");
            idf.now_us = end;
        }
    }
}

uint32_t ulTaskGenericNotifyTake(UBaseType_t, BaseType_t, TickType_t wait) {
    auto& idf = FakeIdf::here();
    const auto end = wait == portMAX_DELAY ? INT64_MAX : idf.now_us + std::int64_t{wait} * 1000;
    sleep_until(end, [&] { return idf.rings > 0; });
    return std::exchange(idf.rings, 0);
}

void vTaskDelay(TickType_t ticks) {
    sleep_until(FakeIdf::here().now_us + std::int64_t{ticks} * 1000, [] { return false; });
}

BaseType_t xTaskAbortDelay(TaskHandle_t) { return pdFAIL; }
void vTaskResume(TaskHandle_t) {}
BaseType_t xTaskGetSchedulerState() { return taskSCHEDULER_RUNNING; }
BaseType_t xTaskResumeAll() { return pdTRUE; }
BaseType_t xTaskCreatePinnedToCore(TaskFunction_t, const char*, uint32_t, void*, UBaseType_t, TaskHandle_t*,
                                   BaseType_t) {
    return pdPASS;
}
TaskHandle_t xTaskCreateStaticPinnedToCore(TaskFunction_t, const char*, uint32_t, void*, UBaseType_t, StackType_t*,
                                           StaticTask_t* tcb, BaseType_t) {
    return FakeIdf::here().kernel_task = reinterpret_cast<TaskHandle_t>(tcb);
}

BaseType_t __wrap_xPortEnterCriticalTimeout(portMUX_TYPE*, BaseType_t);
BaseType_t __real_xPortEnterCriticalTimeout(portMUX_TYPE* mux, BaseType_t) {
    port_uxCriticalNesting[CONFIG_P4JIT_KERNEL_CORE] = port_uxCriticalNesting[CONFIG_P4JIT_KERNEL_CORE] + 1;
    ++mux->count;
    return pdPASS;
}
BaseType_t xPortEnterCriticalTimeout(portMUX_TYPE* mux, BaseType_t timeout) {
    return __wrap_xPortEnterCriticalTimeout(mux, timeout);
}
void vPortExitCriticalMultiCore(portMUX_TYPE* mux) {
    REQUIRE(mux->count > 0);
    --mux->count;
    port_uxCriticalNesting[CONFIG_P4JIT_KERNEL_CORE] = port_uxCriticalNesting[CONFIG_P4JIT_KERNEL_CORE] - 1;
}
BaseType_t xPortGetCoreID() { return CONFIG_P4JIT_KERNEL_CORE; }
UBaseType_t xPortSetInterruptMaskFromISR() { return 0; }
void vPortClearInterruptMaskFromISR(UBaseType_t) {}

// TinyUSB.

esp_err_t tinyusb_driver_install(const tinyusb_config_t* config) {
    auto& usb = FakeIdf::here().usb;
    usb.driver = *config;
    for (int i = 0; i < config->descriptor.string_count; ++i) usb.strings.emplace_back(config->descriptor.string[i]);
    return ESP_OK;
}
esp_err_t tinyusb_cdcacm_init(const tinyusb_config_cdcacm_t* config) {
    FakeIdf::here().usb.port = *config;
    return ESP_OK;
}
uint32_t tud_cdc_n_available(uint8_t) { return static_cast<uint32_t>(FakeIdf::here().usb.rx.size()); }
uint32_t tud_cdc_n_read(uint8_t, void* buffer, uint32_t size) {
    const auto bytes = p4jit::test::take(FakeIdf::here().usb.rx, size);
    std::copy(bytes.begin(), bytes.end(), static_cast<std::uint8_t*>(buffer));
    return static_cast<uint32_t>(bytes.size());
}
void tud_cdc_n_read_flush(uint8_t) { FakeIdf::here().usb.rx.clear(); }
bool tud_cdc_n_write_clear(uint8_t) {
    FakeIdf::here().usb.tx.clear();
    return true;
}
uint32_t tud_cdc_n_write_available(uint8_t) {
    return static_cast<uint32_t>(CFG_TUD_CDC_TX_BUFSIZE - FakeIdf::here().usb.tx.size());
}
uint32_t tud_cdc_n_write(uint8_t, const void* buffer, uint32_t size) {
    auto& usb = FakeIdf::here().usb;
    const auto count = std::min<std::size_t>(size, CFG_TUD_CDC_TX_BUFSIZE - usb.tx.size());
    const auto* bytes = static_cast<const std::uint8_t*>(buffer);
    usb.tx.insert(usb.tx.end(), bytes, bytes + count);
    return static_cast<uint32_t>(count);
}
uint32_t tud_cdc_n_write_flush(uint8_t) {
    auto& usb = FakeIdf::here().usb;
    if (usb.busy || usb.tx.empty()) return 0;
    usb.in_flight = p4jit::test::take(usb.tx, usb.packet);
    usb.busy = true;
    return static_cast<uint32_t>(usb.in_flight.size());
}

// ESP-IDF.

int64_t esp_timer_get_time() { return FakeIdf::here().now_us; }
esp_cpu_cycle_count_t esp_cpu_get_cycle_count() { return 0; }
uint32_t esp_rom_get_cpu_ticks_per_us() { return 360; }
int esp_rom_printf(const char* format, ...) {
    char text[256];
    std::va_list arguments;
    va_start(arguments, format);
    const int count = std::vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    FakeIdf::here().own_console += text;
    return count;
}
esp_err_t esp_read_mac(uint8_t* mac, esp_mac_type_t) {
    const std::uint8_t bytes[] = {0x30, 0xED, 0xA0, 0x01, 0x02, 0xFF};
    std::memcpy(mac, bytes, sizeof bytes);
    return ESP_OK;
}

/// As esp_cache_msync.c checks its arguments.
esp_err_t esp_cache_msync(void* address, size_t size, int flags) {
    const auto at = reinterpret_cast<std::uintptr_t>(address);
    const bool to_memory = (flags & ESP_CACHE_MSYNC_FLAG_DIR_C2M) != 0;
    const bool from_memory = (flags & ESP_CACHE_MSYNC_FLAG_DIR_M2C) != 0;
    REQUIRE(to_memory != from_memory);
    REQUIRE_FALSE((to_memory && (flags & ESP_CACHE_MSYNC_FLAG_TYPE_INST) != 0));
    REQUIRE((flags & ESP_CACHE_MSYNC_FLAG_UNALIGNED) == 0);
    REQUIRE(at % 128 == 0);
    REQUIRE(size % 128 == 0);
    REQUIRE(size > 0);
    FakeIdf::here().syncs.push_back({at, size, flags});
    return ESP_OK;
}

void* heap_caps_aligned_alloc(size_t alignment, size_t size, uint32_t) {
    return p4jit::test::memory->allocate(alignment, size);
}
void heap_caps_free(void*) {}
size_t heap_caps_get_free_size(uint32_t caps) { return caps == MALLOC_CAP_SPIRAM ? 30 << 20 : 300 << 10; }
size_t heap_caps_get_total_size(uint32_t caps) { return caps == MALLOC_CAP_SPIRAM ? 32 << 20 : 400 << 10; }
size_t heap_caps_get_largest_free_block(uint32_t caps) { return caps == MALLOC_CAP_SPIRAM ? 29 << 20 : 200 << 10; }
void heap_caps_get_info(multi_heap_info_t* info, uint32_t) { *info = {.allocated_blocks = 42}; }
bool heap_caps_check_integrity_all(bool) { return true; }

void esp_hw_stack_guard_monitor_start() { FakeIdf::here().stack_guard_on = true; }
void esp_hw_stack_guard_monitor_stop() { FakeIdf::here().stack_guard_on = false; }
void assist_debug_ll_sp_spill_interrupt_clear(uint32_t) {}

// What the linker and enter.S make.

extern const char _text_start[1] = {}, _text_end[1] = {}, _iram_text_start[1] = {}, _iram_text_end[1] = {};
p4jit_ending p4jit_kernel_enter(uint32_t, uint32_t) { return {0, 0}; }
void p4jit_kernel_abort() {}
void p4jit_mask_return() {}
void __real_xt_unhandled_exception(void*) { ++FakeIdf::here().panics; }
void __real_panicHandler(void*) { ++FakeIdf::here().panics; }
void fake_funlockfile(FILE* file) { FakeIdf::here().unlocked.push_back(file); }
struct _reent;
ssize_t __real__write_r(_reent*, int, const void* text, size_t size) {
    FakeIdf::here().own_console.append(static_cast<const char*>(text), size);
    return static_cast<ssize_t>(size);
}

} // extern "C"
