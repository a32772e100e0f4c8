// Times epochs of Fashion-MNIST with the public compiled step; --data is a folder of the unpacked IDX files.
// One turn is one epoch: shuffled mini-batches, their gathering included, the order of samples drawn before.
#include <numeric>

#include "network.hpp"
#include "pace.hpp"

using namespace bench;

namespace {

constexpr std::int64_t pixels = 784;

struct Images {
  hs::Array pixels01{{}, hs::float32};  // [samples, 784], in [0, 1]
  hs::Array classes{{}, hs::int64};     // [samples]
  std::int64_t samples() const { return classes.elements(); }
};

std::string bytes_after(const std::string& path, std::size_t header) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream bytes;
  bytes << file.rdbuf();
  if (!file || bytes.str().size() <= header) throw std::runtime_error("cannot read " + path);
  return bytes.str().substr(header);
}

Images images(const std::string& path) {
  std::vector<float> pixels01;
  std::vector<std::int64_t> classes;
  for (const char byte : bytes_after(path + "-images-idx3-ubyte", 16))
    pixels01.push_back(static_cast<float>(static_cast<unsigned char>(byte)) / 255.0f);
  for (const char byte : bytes_after(path + "-labels-idx1-ubyte", 8)) classes.push_back(byte);
  const auto samples = static_cast<std::int64_t>(classes.size());
  return {hs::Array::from(std::span<const float>(pixels01), {samples, pixels}),
          hs::Array::from(std::span<const std::int64_t>(classes), {samples})};
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

double accuracy(const hs::nn::Module& model, const Images& images) {
  const hs::NoGrad no_grad;
  const auto found = model(hs::Tensor(images.pixels01)).argmax(1);
  return (found == hs::Tensor(images.classes)).to(hs::float64).mean().item();
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
      const auto chosen =
          std::span(order).subspan(static_cast<std::size_t>(begin), static_cast<std::size_t>(count));
      loss = step(hs::Tensor(training.pixels01.rows(chosen)), hs::Tensor(training.classes.rows(chosen)));
    }
    const double us = (seconds_now() - start) * 1e6;
    return "{\"us\": " + json_number(us) + ", \"last\": " + json_number(loss) +
           ", \"accuracy\": " + json_number(accuracy(model, test)) + "}";
  });
}

}  // namespace

int main(int argc, char** argv) { return run_job(argc, argv, time_epochs); }
