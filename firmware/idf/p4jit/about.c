#include "firmware/idf/p4jit/about.h"

#include "firmware/idf/p4jit/kernel.h"

#include <esp_app_desc.h>
#include <esp_chip_info.h>
#include <esp_random.h>
#include <esp_rom_sys.h>

void p4jit_about_fill(p4_about* about) {
    enum { ESP32_P4 = 0x5034, BUILD = 20 };
    esp_chip_info_t chip;
    esp_chip_info(&chip);
    *about = (p4_about){
        .chip = ESP32_P4,
        .revision = chip.revision,
        .clock_hz = esp_rom_get_cpu_ticks_per_us() * UINT32_C(1000000),
        .boot = esp_random() | 1,
        // The SHA-256 of the firmware's ELF file, as esptool put it into the
        // image; a host that has the file knows it by that.
        .build = esp_app_get_description()->app_elf_sha256,
        .build_size = BUILD,
        .name = "p4jit-idf " P4JIT_VERSION,
    };
    about->stack = p4jit_kernel_stack(&about->stack_size);
}
