#pragma once
#include <map>
#include <string>
#include <string_view>

#include <hindsight/tensor.hpp>

namespace hindsight::data {

/// Named tensors and texts in one file: https://github.com/huggingface/safetensors (format as of version
/// 0.4).
struct Safetensors {
  std::map<std::string, Tensor> tensors;
  std::map<std::string, std::string> metadata;
};

/// The file's bytes: the length of the header (64 bits, little-endian), the header in JSON, the tensors'
/// numbers. Throws ValueError for a name or text that is not UTF-8.
std::string safetensors_bytes(const Safetensors& content);
/// Writes the file whole or not at all. Throws FileError too.
void write_safetensors(const std::string& path, const Safetensors& content);

/// Reads the dtypes F32, F64, I64 and BOOL. Throws FileError naming the file and the tensor for bytes that
/// are not what the format demands (lengths that do not fit, ranges that overlap or leave holes, an unknown
/// dtype) and for other dtypes.
Safetensors parse_safetensors(std::string_view bytes, const std::string& source);
Safetensors read_safetensors(const std::string& path);

}  // namespace hindsight::data
