// ESP-IDF components/soc/esp32p4/include/soc/soc.h
#pragma once

#define ETS_T1_WDT_INUM 24
#define ETS_CACHEERR_INUM 25
#define ETS_ASSIST_DEBUG_INUM 27
