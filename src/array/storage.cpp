// Blocks of numbers, kept for reuse: a training step asks for the same few sizes again and again.
#include <atomic>
#include <cstdlib>
#include <new>
#include <vector>

#include <hindsight/array.hpp>

#include "base/large_pages.hpp"

namespace hindsight {

struct Storage::Block {
  std::atomic<std::uint32_t> users;
  std::uint32_t size_class;  // index into the pool, or `unpooled`
  std::uint64_t padding;     // keeps the numbers of a small block on a 16-byte boundary
};

namespace {

// Small blocks come from malloc, which is quick at them; pooled ones start on a cache line and come in sizes
// 2^k, 1.5·2^k.
constexpr std::size_t cache_line = 64;
constexpr std::size_t small = 512;
constexpr std::size_t largest_pooled = std::size_t{1} << 26;
constexpr std::size_t kept_bytes = std::size_t{1} << 27;
constexpr std::uint32_t unpooled = ~std::uint32_t{0};

std::size_t class_bytes(std::uint32_t size_class) {
  const std::size_t power = small << (size_class / 2);
  return size_class % 2 ? power + power / 2 : power;
}

std::uint32_t class_of(std::size_t bytes) {
  std::uint32_t size_class = 0;
  while (class_bytes(size_class) < bytes) ++size_class;
  return size_class;
}

#if defined(__SANITIZE_ADDRESS__)
constexpr bool pooling = false;  // so that the sanitizer sees every use after free
#else
constexpr bool pooling = true;
#endif

/// One thread's spare blocks. A block freed by another thread stays with that thread.
struct Pool {
  std::vector<std::vector<void*>> spare;
  std::size_t bytes = 0;

  Pool() : spare(class_of(largest_pooled) + 1) { alive = true; }
  ~Pool() {
    alive = false;
    for (auto& blocks : spare)
      for (void* block : blocks) std::free(block);
  }
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  // Tensors with static storage outlive this; they find it gone and free their blocks themselves.
  static thread_local bool alive;
};
thread_local bool Pool::alive = true;

Pool& pool() {
  thread_local Pool instance;
  return instance;
}

void* take_spare(std::uint32_t size_class) {
  if (!pooling || !Pool::alive) return nullptr;
  auto& blocks = pool().spare[size_class];
  if (blocks.empty()) return nullptr;
  void* block = blocks.back();
  blocks.pop_back();
  pool().bytes -= class_bytes(size_class);
  return block;
}

bool keep_spare(void* block, std::uint32_t size_class) noexcept {
  if (!pooling || !Pool::alive || pool().bytes + class_bytes(size_class) > kept_bytes) return false;
  try {
    pool().spare[size_class].push_back(block);
  } catch (const std::bad_alloc&) {
    return false;
  }
  pool().bytes += class_bytes(size_class);
  return true;
}

}  // namespace

// A small block is its header followed by its numbers; a pooled one leaves a whole cache line for the header.
Storage::Storage(std::size_t bytes) {
  void* memory = nullptr;
  std::uint32_t size_class = unpooled;
  if (bytes <= small) {
    memory = std::malloc(sizeof(Block) + (bytes ? bytes : 1));
  } else {
    std::size_t capacity = bytes;
    if (bytes <= largest_pooled) {
      size_class = class_of(bytes);
      capacity = class_bytes(size_class);
      memory = take_spare(size_class);
    } else {
      size_class = unpooled - 1;  // large: aligned, but not kept
    }
    if (!memory) {
      const std::size_t all = cache_line + (capacity + cache_line - 1) / cache_line * cache_line;
      memory = std::aligned_alloc(cache_line, all);
      if (memory) prefer_large_pages(memory, all);
    }
  }
  if (!memory) throw std::bad_alloc();
  block_ = new (memory) Block{{1}, size_class, 0};
}

Storage::Storage(const Storage& other) noexcept : block_(other.block_) {
  if (block_) block_->users.fetch_add(1, std::memory_order_relaxed);
}

Storage::~Storage() {
  if (!block_ || block_->users.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
  const std::uint32_t size_class = block_->size_class;
  if (size_class < unpooled - 1 && keep_spare(block_, size_class)) return;
  std::free(block_);
}

std::byte* Storage::data() const noexcept {
  static_assert(sizeof(Block) == 16);
  return reinterpret_cast<std::byte*>(block_) + (block_->size_class == unpooled ? sizeof(Block) : cache_line);
}

}  // namespace hindsight
