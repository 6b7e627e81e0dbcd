// tinyusb src/tusb.h, with tusb_config.h (esp_tinyusb include/tusb_config.h) and
// class/cdc/cdc_device.h, which it includes.
#pragma once

#include <sdkconfig.h>

#include <stdbool.h>
#include <stdint.h>

#define CFG_TUD_CDC_RX_BUFSIZE CONFIG_TINYUSB_CDC_RX_BUFSIZE
#define CFG_TUD_CDC_TX_BUFSIZE CONFIG_TINYUSB_CDC_TX_BUFSIZE
#define CFG_TUD_CDC_EP_BUFSIZE CONFIG_TINYUSB_CDC_EP_BUFSIZE

#ifdef __cplusplus
extern "C" {
#endif

uint32_t tud_cdc_n_available(uint8_t itf);
uint32_t tud_cdc_n_read(uint8_t itf, void* buffer, uint32_t bufsize);
void tud_cdc_n_read_flush(uint8_t itf);
uint32_t tud_cdc_n_write(uint8_t itf, const void* buffer, uint32_t bufsize);
uint32_t tud_cdc_n_write_available(uint8_t itf);
uint32_t tud_cdc_n_write_flush(uint8_t itf);
bool tud_cdc_n_write_clear(uint8_t itf);
void tud_cdc_tx_complete_cb(uint8_t itf); // weak there

#ifdef __cplusplus
}
#endif
