// ESP-IDF components/soc/esp32p4/include/soc/soc.h
#pragma once

#define ETS_T1_WDT_INUM 24
#define ETS_CACHEERR_INUM 25
#define ETS_ASSIST_DEBUG_INUM 27

#define SOC_SCP_LOW 0x30100000
#define SOC_SCP_HIGH 0x30102000
#define SOC_EXTRAM_LOW 0x48000000
#define SOC_DRAM_LOW 0x4ff00000
#define SOC_DRAM_HIGH 0x4ffc0000
