#pragma once
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

/// A buffer as kernels want it: it begins at a multiple of 64 bytes and ends in padding, here 128 bytes of
/// NaN.
template <class T>
class PaddedBuffer {
 public:
  explicit PaddedBuffer(std::size_t size, T value = std::numeric_limits<T>::quiet_NaN())
      : storage_(size + 3 * line, std::numeric_limits<T>::quiet_NaN()), size_(size) {
    while (reinterpret_cast<std::uintptr_t>(storage_.data() + start_) % 64 != 0) ++start_;
    for (std::size_t i = 0; i < size; ++i) (*this)[i] = value;
  }
  explicit PaddedBuffer(const std::vector<T>& values) : PaddedBuffer(values.size()) {
    for (std::size_t i = 0; i < values.size(); ++i) (*this)[i] = values[i];
  }
  PaddedBuffer(const PaddedBuffer&) = delete;
  PaddedBuffer& operator=(const PaddedBuffer&) = delete;

  T* data() { return storage_.data() + start_; }
  /// Up to 128 bytes past the end are there.
  T& operator[](std::size_t i) { return storage_[start_ + i]; }
  std::size_t size() const { return size_; }

 private:
  static constexpr std::size_t line = 64 / sizeof(T);
  std::vector<T> storage_;
  std::size_t size_, start_ = 0;
};
