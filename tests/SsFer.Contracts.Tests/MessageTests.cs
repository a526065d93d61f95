using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace SsFer.Contracts.Tests;

/// <summary>
/// What stands on the bus, in <c>Golden/*.json</c>. A service of the last release reads what one of this release sends: a property
/// may be added, none renamed or dropped.
/// </summary>
public sealed class MessageTests
{
    private static readonly JsonSerializerOptions Bus = new(JsonSerializerDefaults.Web) { WriteIndented = true, NewLine = "\n" };

    public static TheoryData<string> Names => Messages.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Message_OnTheBus_IsAsApproved(string name)
    {
        var approved = await File.ReadAllTextAsync(GoldenFile(name), TestContext.Current.CancellationToken);
        Assert.Equal(approved.TrimEnd(), Json(Messages.Named(name)));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Message_ReadFromItsApprovedForm_LosesNothing(string name)
    {
        var approved = await File.ReadAllTextAsync(GoldenFile(name), TestContext.Current.CancellationToken);
        var read = JsonSerializer.Deserialize(approved, Messages.Named(name).GetType(), Bus)!;
        Assert.Equal(approved.TrimEnd(), Json(read));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Message_WithAPropertyOfTheFuture_IsStillRead(string name)
    {
        var approved = await File.ReadAllTextAsync(GoldenFile(name), TestContext.Current.CancellationToken);
        var later = JsonNode.Parse(approved)!;
        later["addedLater"] = 1;
        Assert.Equal(approved.TrimEnd(), Json(later.Deserialize(Messages.Named(name).GetType(), Bus)!));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Message_WithoutARequiredProperty_IsRefused(string name)
    {
        var type = Messages.Named(name).GetType();
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize("{}", type, Bus));
    }

    [Fact]
    public void EveryMessage_HasAnApprovedForm_AndEveryApprovedFormAMessage()
    {
        var messages = MessageTypes().Select(type => type.Name).Order(StringComparer.Ordinal).ToList();
        Assert.Equal(messages, Messages.All.Select(message => message.GetType().Name).Order(StringComparer.Ordinal));
        Assert.Equal(
            messages,
            Directory.GetFiles(GoldenFolder, "*.json").Select(Path.GetFileNameWithoutExtension).Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public void EveryMessage_IsASealedRecord_WhosePropertiesAreSetOnce()
    {
        foreach (var type in MessageTypes())
        {
            Assert.True(type.IsSealed, $"{type.Name} is not sealed");
            Assert.True(type.GetMethod("<Clone>$") is not null, $"{type.Name} is no record");
            foreach (var property in type.GetProperties())
            {
                Assert.True(IsInitOnly(property), $"{type.Name}.{property.Name} can be set after its making");
                Assert.True(
                    property.IsDefined(typeof(RequiredMemberAttribute)) || IsNullable(property),
                    $"{type.Name}.{property.Name} may be forgotten"
                );
            }
        }
    }

    private static string GoldenFolder => Path.Combine(AppContext.BaseDirectory, "Golden");

    private static string GoldenFile(string name) => Path.Combine(GoldenFolder, $"{name}.json");

    private static string Json(object message) => JsonSerializer.Serialize(message, message.GetType(), Bus);

    private static IEnumerable<Type> MessageTypes() =>
        typeof(ResourceNames)
            .Assembly.GetExportedTypes()
            .Where(type => type.Namespace is "SsFer.Contracts.Commands" or "SsFer.Contracts.Events" && type.IsClass);

    private static bool IsInitOnly(PropertyInfo property) =>
        property.SetMethod?.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)) ?? false;

    private static bool IsNullable(PropertyInfo property) =>
        new NullabilityInfoContext().Create(property).WriteState == NullabilityState.Nullable;
}
