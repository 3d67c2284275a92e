"""The cross-domain autoencoder's network: a class token sums up a SAM's token map; and the similarity of pictures.

Li et al. 2025 (DoRL): three quarters of the tokens are hidden, an encoder sees the others, a light decoder makes the
tokens again, and deconvolutions of these a picture of the cell. Sizes of the two outputs follow the SAM's here; that
the picture is made from the re-made tokens is our choice.
"""

import torch
from torch import nn
from torch.nn import functional

from training.sam import Block

HIDDEN = 0.75
_SPAN = 7  # side of the uniform window in which pictures are compared


class CrossDomainAutoencoder(nn.Module):
    """Encoder with a class token, decoder of tokens and of a picture.

    Args:
        token_width: channels of the SAM's token map.
        grid: its side; the picture has four times that.
        width: of the encoder, and of the representation.
        depth: its blocks.
        decoder_width: of the decoder.
        decoder_depth: its blocks.
    """

    mean: torch.Tensor
    deviation: torch.Tensor

    def __init__(
        self, token_width: int, grid: int, width: int, depth: int, decoder_width: int, decoder_depth: int
    ) -> None:
        super().__init__()
        self.grid = grid
        self.register_buffer("mean", torch.zeros(token_width))
        self.register_buffer("deviation", torch.ones(token_width))
        self.taken = nn.Linear(token_width, width)
        self.class_token = nn.Parameter(0.02 * torch.randn(1, 1, width))
        self.places = nn.Parameter(0.02 * torch.randn(1, grid * grid, width))
        self.blocks = nn.Sequential(*(Block(width, max(1, width // 32)) for _ in range(depth)))
        self.norm = nn.LayerNorm(width)
        self.handed = nn.Linear(width, decoder_width)
        self.hidden_token = nn.Parameter(0.02 * torch.randn(1, 1, decoder_width))
        self.decoder_places = nn.Parameter(0.02 * torch.randn(1, 1 + grid * grid, decoder_width))
        self.decoder = nn.Sequential(*(Block(decoder_width, max(1, decoder_width // 32)) for _ in range(decoder_depth)))
        self.made = nn.Sequential(nn.LayerNorm(decoder_width), nn.Linear(decoder_width, token_width))
        self.painted = nn.Sequential(
            nn.ConvTranspose2d(token_width, 32, 2, 2), nn.GELU(), nn.ConvTranspose2d(32, 16, 2, 2), nn.GELU(),
            nn.Conv2d(16, 3, 3, padding=1),
        )  # fmt: skip

    def standardised(self, tokens: torch.Tensor) -> torch.Tensor:
        """Token map float32 [N, D, g, g] -> [N, g * g, D], each channel of zero mean and unit deviation."""
        return (tokens.flatten(2).transpose(1, 2) - self.mean) / self.deviation

    def encode(self, features: torch.Tensor, shown: torch.Tensor | None = None) -> torch.Tensor:
        """The encoder's tokens, class token first, float32 [N, 1 + T, width].

        Args:
            features: float32 [N, g * g, D], standardised.
            shown: int64 [N, T], the tokens that are seen; None = all.
        """
        x = self.taken(features) + self.places
        if shown is not None:
            x = x.gather(1, shown[:, :, None].expand(-1, -1, x.shape[2]))
        x = torch.cat([self.class_token.expand(len(x), -1, -1), x], dim=1)
        return torch.as_tensor(self.norm(self.blocks(x)))

    def represent(self, tokens: torch.Tensor) -> torch.Tensor:
        """The class token of whole maps float32 [N, D, g, g]: float32 [N, width]."""
        return self.encode(self.standardised(tokens))[:, 0]

    def forward(self, features: torch.Tensor, shown: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Class tokens [N, width], features made again [N, g * g, D] and pictures of 0 to 1 [N, 3, 4 g, 4 g]."""
        x = self.encode(features, shown)
        known = self.handed(x)
        n, width = len(x), known.shape[2]
        places = shown[:, :, None].expand(-1, -1, width)
        whole = self.hidden_token.expand(n, self.grid**2, -1).to(known).scatter(1, places, known[:, 1:])
        decoded = self.decoder(torch.cat([known[:, :1], whole], dim=1) + self.decoder_places)
        made = self.made(decoded[:, 1:])
        picture = self.painted(made.transpose(1, 2).reshape(n, -1, self.grid, self.grid))
        return x[:, 0], made, picture.sigmoid()


def drawn(n: int, tokens: int, generator: torch.Generator) -> torch.Tensor:
    """int64 [n, T]: for each row the quarter of the tokens that is shown."""
    shown = max(1, round((1 - HIDDEN) * tokens))
    return torch.rand(n, tokens, generator=generator).argsort(1)[:, :shown]


def similarity(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    """Structural similarity (Wang et al. 2004) of pictures float32 [N, 3, H, W] of 0 to 1; a scalar, 1 if alike.

    Uniform windows of 7 px in the place of Gaussian ones.
    """

    def local(x: torch.Tensor) -> torch.Tensor:
        return functional.avg_pool2d(x, _SPAN, 1)

    mean_a, mean_b = local(a), local(b)
    spread_a, spread_b = local(a * a) - mean_a**2, local(b * b) - mean_b**2
    both = local(a * b) - mean_a * mean_b
    c1, c2 = 0.01**2, 0.03**2
    top = (2 * mean_a * mean_b + c1) * (2 * both + c2)
    return (top / ((mean_a**2 + mean_b**2 + c1) * (spread_a + spread_b + c2))).mean()


def apart(class_tokens: torch.Tensor, domains: torch.Tensor) -> torch.Tensor:
    """How far the domains' mean class tokens lie from that of domain 0, the anchor: sum of mean squares; a scalar.

    Args:
        class_tokens: float32 [N, width].
        domains: int64 [N]; a domain that is not in the batch, or a batch without the anchor, adds nothing.
    """
    total = class_tokens.sum() * 0
    own = class_tokens[domains == 0]
    for k in torch.unique(domains).tolist():
        if k and len(own):
            total = total + functional.mse_loss(class_tokens[domains == k].mean(0), own.mean(0))
    return total
