// Times epochs of Fashion-MNIST with the public compiled step; --data is a folder of the unpacked IDX files.
// One turn is one epoch: shuffled mini-batches, their gathering included, the order of samples drawn before.
#include <numeric>

#include "network.hpp"
#include "pace.hpp"

using namespace bench;

namespace {

constexpr std::int64_t pixels = 784;

struct Images {
  std::vector<float> pixels01;  // [samples, 784], in [0, 1]
  std::vector<std::int64_t> classes;
  std::int64_t samples() const { return static_cast<std::int64_t>(classes.size()); }
};

std::string bytes_after(const std::string& path, std::size_t header) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream bytes;
  bytes << file.rdbuf();
  if (!file || bytes.str().size() <= header) throw std::runtime_error("cannot read " + path);
  return bytes.str().substr(header);
}

Images images(const std::string& path) {
  Images result;
  for (const char byte : bytes_after(path + "-images-idx3-ubyte", 16))
    result.pixels01.push_back(static_cast<float>(static_cast<unsigned char>(byte)) / 255.0f);
  for (const char byte : bytes_after(path + "-labels-idx1-ubyte", 8)) result.classes.push_back(byte);
  return result;
}

/// The samples by the keys that the generator gives them in this epoch: every peer's shuffle is this one.
std::vector<std::int64_t> order_of(std::uint64_t epoch, std::int64_t samples) {
  std::vector<std::int64_t> order(static_cast<std::size_t>(samples));
  std::iota(order.begin(), order.end(), std::int64_t{0});
  const auto key = [&](std::int64_t i) {
    return random_bits(order_stream + epoch, static_cast<std::uint64_t>(i));
  };
  std::sort(order.begin(), order.end(), [&](std::int64_t a, std::int64_t b) { return key(a) < key(b); });
  return order;
}

std::pair<hs::Tensor, hs::Tensor> gathered(const Images& images, std::span<const std::int64_t> samples) {
  const auto count = static_cast<std::int64_t>(samples.size());
  hs::Array x({count, pixels}, hs::float32), t({count}, hs::int64);
  float* row = x.mutable_data<float>();
  std::int64_t* label = t.mutable_data<std::int64_t>();
  for (const std::int64_t i : samples) {
    row = std::copy_n(images.pixels01.begin() + i * pixels, pixels, row);
    *label++ = images.classes[static_cast<std::size_t>(i)];
  }
  return {hs::Tensor(std::move(x)), hs::Tensor(std::move(t))};
}

double accuracy(const hs::nn::Module& model, const Images& images) {
  const hs::NoGrad no_grad;
  const auto found =
      model(hs::tensor(images.pixels01, {images.samples(), pixels})).argmax(1).to_vector<std::int64_t>();
  std::int64_t right = 0;
  for (std::size_t i = 0; i < found.size(); ++i) right += found[i] == images.classes[i];
  return static_cast<double>(right) / static_cast<double>(found.size());
}

void time_epochs(const Job& job) {
  const Images training = images(job.data + "/train"), test = images(job.data + "/t10k");
  const auto model = network<float>(job);
  auto step = hs::compile([&](hs::Tensor x, hs::Tensor t) { return loss_of(job, model(x), t); },
                          optimizer(job, model));
  std::uint64_t epoch = 0;
  take_turns(job, "\"settings\": \"public step, float32\"", [&] {
    const auto order = order_of(epoch++, training.samples());
    double loss = 0;
    const double start = seconds_now();
    for (std::int64_t begin = 0; begin < training.samples(); begin += job.batch) {
      const auto count = std::min(job.batch, training.samples() - begin);
      const auto [x, t] = gathered(training, std::span(order).subspan(static_cast<std::size_t>(begin),
                                                                      static_cast<std::size_t>(count)));
      loss = step(x, t);
    }
    const double us = (seconds_now() - start) * 1e6;
    return "{\"us\": " + json_number(us) + ", \"last\": " + json_number(loss) +
           ", \"accuracy\": " + json_number(accuracy(model, test)) + "}";
  });
}

}  // namespace

int main(int argc, char** argv) { return run_job(argc, argv, time_epochs); }
