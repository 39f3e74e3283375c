import { useQuery } from "@tanstack/react-query";
import { type Agent, agentQueries } from "@/api/agents";
import { CopyButton } from "@/ui/copy-button";
import { Literal } from "@/ui/literal";
import { Panel } from "@/ui/panel";
import { Loaded } from "@/ui/panels";

/** The Markdown file that OpenCode reads, to be copied. */
export function FileTab({ agent, version }: { agent: Agent; version: number }) {
  const document = useQuery(agentQueries.document(agent.id, version));
  return (
    <section
      aria-label="File"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard.
      tabIndex={0}
      className="min-h-0 grow overflow-y-auto p-3"
    >
      <Loaded query={document} label="the file">
        {({ name, document: text }) => (
          <Panel
            title="File"
            note={<span className="numbers">.opencode/agent/{name}.md</span>}
            actions={<CopyButton text={text} label="Copy the file" />}
          >
            <div className="[&>pre]:border-0">
              <Literal>{text}</Literal>
            </div>
          </Panel>
        )}
      </Loaded>
    </section>
  );
}
