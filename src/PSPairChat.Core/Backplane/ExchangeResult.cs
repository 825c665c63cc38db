using System.Collections.Generic;

namespace PSPairChat.Backplane;

/// <summary>The replies to appended entries and to the renewal of a lease.</summary>
/// <param name="Claims">The answers to the claims, in order.</param>
/// <param name="Last">The position of the last entry, if the lease was renewed.</param>
/// <param name="Leases">The leases of all servers; null if the lease was not renewed.</param>
internal sealed record ExchangeResult(string[] Claims, long Last, Dictionary<string, string>? Leases);
