#pragma once
#include <optional>
#if defined(__SSE__)
#include <xmmintrin.h>
#endif

namespace hindsight {

/// How a thread computes: where it rounds to, and whether denormal numbers are zero.
class FloatingPointMode {
 public:
#if defined(__SSE__)
  static FloatingPointMode of_this_thread() { return FloatingPointMode(_mm_getcsr()); }
  void apply() const { _mm_setcsr(word_); }
  FloatingPointMode flushing() const { return FloatingPointMode(word_ | 0x8040); }  // FTZ and DAZ

 private:
  explicit FloatingPointMode(unsigned word) : word_(word) {}
  unsigned word_;
#else
  static FloatingPointMode of_this_thread() { return {}; }
  void apply() const {}
  FloatingPointMode flushing() const { return {}; }
#endif
};

/// While it lives, this thread takes denormal numbers for zero: they cost a hundred times a normal one, and
/// optimizers make them when gradients stay near zero. What was set before comes back at the end, whichever
/// way that comes.
class [[nodiscard]] FlushToZero {
 public:
  /// One that is not wanted does nothing.
  explicit FlushToZero(bool wanted = true) {
    if (!wanted) return;
    before_ = FloatingPointMode::of_this_thread();
    before_->flushing().apply();
  }
  ~FlushToZero() {
    if (before_) before_->apply();
  }
  FlushToZero(const FlushToZero&) = delete;
  FlushToZero& operator=(const FlushToZero&) = delete;

 private:
  std::optional<FloatingPointMode> before_;
};

}  // namespace hindsight
