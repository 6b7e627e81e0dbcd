#include "firmware/idf/p4jit/link.h"

#include "firmware/core/p4_world.h"
#include "firmware/idf/p4jit/doorbell.h"

#include <esp_mac.h>
#include <esp_timer.h>
#include <sdkconfig.h>
#include <tinyusb.h>
#include <tinyusb_cdc_acm.h>
#include <tusb.h>

#include <stdatomic.h>
#include <stddef.h>

static const tinyusb_cdcacm_itf_t port = TINYUSB_CDC_ACM_0;
enum { PACKET = 512, RESUMED_MS = 100 };

// The endpoint's transfer is one packet, so that each packet completes it. In a
// longer one, bytes that fill their last packet would wait for an empty packet,
// which Linux and others do not send. And a packet must fit behind what waits.
_Static_assert(CFG_TUD_CDC_EP_BUFSIZE == PACKET, "set CONFIG_TINYUSB_CDC_EP_BUFSIZE=512");
_Static_assert(CFG_TUD_CDC_RX_BUFSIZE >= 2 * PACKET, "set CONFIG_TINYUSB_CDC_RX_BUFSIZE=8192");
_Static_assert(CFG_TUD_CDC_TX_BUFSIZE >= 2 * PACKET, "set CONFIG_TINYUSB_CDC_TX_BUFSIZE=8192");

// Words, since compilers exchange smaller ones by calling a library.
static _Atomic uint32_t is_open; // the host has the port open
static _Atomic uint32_t is_gone; // it left, and receive() has not yet said so

// In TinyUSB's task, in the order in which things happened on the line.

static void host_came_or_went(bool open) {
    bool was_open = atomic_exchange(&is_open, open) != 0;
    if (was_open && !open) {
        atomic_store(&is_gone, 1);
        // The next host is not to get this one's answers, nor the core its requests.
        tud_cdc_n_read_flush(port);
        tud_cdc_n_write_clear(port);
    }
    p4jit_doorbell_ring();
}

static void on_bytes(int itf, cdcacm_event_t* event) {
    (void)itf;
    (void)event;
    p4jit_doorbell_ring();
}

static void on_line_state(int itf, cdcacm_event_t* event) {
    (void)itf;
    host_came_or_went(event->line_state_changed_data.dtr);
}

static void on_cable(tinyusb_event_t* event, void* self) {
    (void)self;
    if (event->id == TINYUSB_EVENT_DETACHED) host_came_or_went(false);
}

/// TinyUSB calls this when a packet has gone out, and sends the next one itself
/// from its buffer. Half of that is enough to be woken for: at full speed there
/// are 25 000 packets a second.
void tud_cdc_tx_complete_cb(uint8_t itf) {
    if (tud_cdc_n_write_available(itf) >= CFG_TUD_CDC_TX_BUFSIZE / 2) p4jit_doorbell_ring();
}

// String descriptors. Hosts know us by the product's name: spec/chip/usb.def.
#define USB_NAME(id, text, ...) __attribute__((unused)) static const char usb_##id[] = text;
#include "spec/chip/usb.def"
static char serial[13];
static const char* strings[] = {(const char[]){0x09, 0x04, 0}, // the language: English
                                usb_manufacturer, usb_product, serial, usb_interface};

static void make_serial_number(void) {
    static const char digits[] = "0123456789ABCDEF";
    uint8_t mac[6] = {0};
    esp_read_mac(mac, ESP_MAC_EFUSE_FACTORY);
    for (int i = 0; i < 12; ++i) serial[i] = digits[mac[i / 2] >> (i % 2 == 0 ? 4 : 0) & 0xF];
}

esp_err_t p4jit_link_start(void) {
    make_serial_number();
    const tinyusb_config_t driver = {
        .port = TINYUSB_PORT_HIGH_SPEED_0,
        .phy = {.vbus_monitor_io = -1},
        .task = {.size = 4096, .priority = CONFIG_P4JIT_LINK_PRIORITY + 1, .xCoreID = !CONFIG_P4JIT_KERNEL_CORE},
        .descriptor = {.string = strings, .string_count = sizeof strings / sizeof *strings},
        .event_cb = on_cable,
    };
    esp_err_t error = tinyusb_driver_install(&driver);
    if (error != ESP_OK) return error;
    const tinyusb_config_cdcacm_t serial_port = {
        .cdc_port = port, .callback_rx = on_bytes, .callback_line_state_changed = on_line_state};
    return tinyusb_cdcacm_init(&serial_port);
}

bool p4jit_link_has_news(void) { return atomic_load(&is_gone) != 0 || tud_cdc_n_available(port) != 0; }

int32_t p4jit_link_receive(void* self, uint8_t* to, uint32_t room, uint32_t wait_ms) {
    (void)self;
    const int64_t start = esp_timer_get_time();
    for (;;) {
        // First this: bytes that are there now are the next host's.
        if (atomic_exchange(&is_gone, 0)) return -1;
        uint32_t count = tud_cdc_n_read(port, to, room);
        if (count > 0) return (int32_t)count;
        uint64_t passed = (uint64_t)(esp_timer_get_time() - start) / 1000;
        if (wait_ms != P4_FOREVER && passed >= wait_ms) return 0;
        p4jit_doorbell_wait(wait_ms == P4_FOREVER ? P4_FOREVER : wait_ms - (uint32_t)passed);
    }
}

void p4jit_link_send(void* self, const uint8_t* from, uint32_t count) {
    (void)self;
    while (count > 0) {
        if (!atomic_load(&is_open) || atomic_load(&is_gone)) return;
        uint32_t taken = tud_cdc_n_write(port, from, count);
        tud_cdc_n_write_flush(port);
        // The buffer is full. It rings when half of it has gone out, and a host
        // that leaves rings; only a port that was suspended resumes in silence.
        if (taken == 0) p4jit_doorbell_wait(RESUMED_MS);
        from += taken;
        count -= taken;
    }
}
