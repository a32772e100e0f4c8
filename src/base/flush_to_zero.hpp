#pragma once
#if defined(__SSE__)
#include <xmmintrin.h>
#endif

namespace hindsight {

/// While it lives, this thread takes denormal numbers for zero: they cost a hundred times a normal one, and
/// optimizers make them when gradients stay near zero. What was set before comes back at the end, whichever
/// way that comes.
class [[nodiscard]] FlushToZero {
 public:
#if defined(__SSE__)
  FlushToZero() : before_(_mm_getcsr()) { _mm_setcsr(before_ | 0x8040); }  // FTZ and DAZ
  ~FlushToZero() { _mm_setcsr(before_); }

 private:
  unsigned before_;

 public:
#else
  FlushToZero() = default;
#endif
  FlushToZero(const FlushToZero&) = delete;
  FlushToZero& operator=(const FlushToZero&) = delete;
};

}  // namespace hindsight
