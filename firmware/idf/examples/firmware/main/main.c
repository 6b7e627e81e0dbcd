// A board that runs what a host sends it, and nothing else.
#include <p4jit.h>

#include <esp_err.h>

void app_main(void) { ESP_ERROR_CHECK(p4jit_start()); }
