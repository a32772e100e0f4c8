#pragma once
#include <algorithm>
#include <cstddef>
#include <memory>
#include <new>
#include <vector>

#include "base/large_pages.hpp"

namespace hindsight {

/// The fixed buffers of a plan: zeroed, aligned to a cache line, and where they are for as long as the plan
/// lives.
class Arena {
 public:
  static constexpr std::size_t alignment = 64;

  /// `count` numbers, up to whole cache lines.
  template <class T>
  static constexpr std::size_t whole_lines(std::size_t count) {
    constexpr std::size_t line = alignment / sizeof(T);
    return (count + line - 1) / line * line;
  }
  /// Room for `count` numbers, up to whole cache lines.
  template <class T>
  T* make(std::size_t count) {
    const std::size_t bytes = (count * sizeof(T) + alignment) / alignment * alignment;
    blocks_.emplace_back(static_cast<std::byte*>(::operator new(bytes, std::align_val_t(alignment))));
    prefer_large_pages(blocks_.back().get(), bytes);  // a product walks over panels that lie far apart
    std::fill_n(blocks_.back().get(), bytes, std::byte(0));
    bytes_ += bytes;
    return reinterpret_cast<T*>(blocks_.back().get());
  }
  std::size_t bytes() const { return bytes_; }
  std::size_t buffers() const { return blocks_.size(); }

 private:
  struct Free {
    void operator()(std::byte* block) const { ::operator delete(block, std::align_val_t(alignment)); }
  };
  std::vector<std::unique_ptr<std::byte, Free>> blocks_;
  std::size_t bytes_ = 0;
};

}  // namespace hindsight
