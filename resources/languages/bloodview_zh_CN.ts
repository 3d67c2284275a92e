<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
<name>bloodview</name>
<message>
<source> (not installed)</source>
<translation>（未安装）</translation>
</message>
<message>
<source> and {number} more</source>
<translation>等，另有 {number} 张</translation>
</message>
<message>
<source> · unfamiliar</source>
<translation>，不熟悉</translation>
</message>
<message>
<source> · {number} parts failed</source>
<translation>，{number} 块失败</translation>
</message>
<message>
<source>&amp;Add a person</source>
<translation>添加人员(&amp;A)</translation>
</message>
<message>
<source>&amp;Cancel</source>
<translation>取消(&amp;C)</translation>
</message>
<message>
<source>&amp;Change the key</source>
<translation>更改按键(&amp;C)</translation>
</message>
<message>
<source>&amp;Close</source>
<translation>关闭(&amp;C)</translation>
</message>
<message>
<source>&amp;Copy the details</source>
<translation>复制详情(&amp;C)</translation>
</message>
<message>
<source>&amp;Go on</source>
<translation>继续(&amp;G)</translation>
</message>
<message>
<source>&amp;Go on with {case}</source>
<translation>继续 {case}(&amp;G)</translation>
</message>
<message>
<source>&amp;Let it go on</source>
<translation>让其继续(&amp;L)</translation>
</message>
<message>
<source>&amp;No key</source>
<translation>无按键(&amp;N)</translation>
</message>
<message>
<source>&amp;Not now</source>
<translation>暂不(&amp;N)</translation>
</message>
<message>
<source>&amp;Quit</source>
<translation>退出(&amp;Q)</translation>
</message>
<message>
<source>&amp;Remove</source>
<translation>移除(&amp;R)</translation>
</message>
<message>
<source>&amp;Reset all settings</source>
<translation>重置所有设置(&amp;R)</translation>
</message>
<message>
<source>&amp;Stop it</source>
<translation>停止(&amp;S)</translation>
</message>
<message>
<source>&amp;Take it</source>
<translation>占用(&amp;T)</translation>
</message>
<message>
<source>&amp;Take it from “{other}”</source>
<translation>从“{other}”取用(&amp;T)</translation>
</message>
<message>
<source>&amp;Take the reset back</source>
<translation>撤回重置(&amp;T)</translation>
</message>
<message>
<source>, of which {number} cannot be learned from, as nothing was read from them in an analysis</source>
<translation>，其中 {number} 个无法用于学习，因为分析时未从中读出任何内容</translation>
</message>
<message>
<source>, the first {number}:</source>
<translation>，前 {number} 个：</translation>
</message>
<message>
<source>, then </source>
<translation>，其次 </translation>
</message>
<message>
<source>, {failed} with a problem</source>
<translation>，{failed} 张有问题</translation>
</message>
<message>
<source>, {number} of them from outside this case</source>
<translation>，其中 {number} 个来自本病例之外</translation>
</message>
<message>
<source>, {ratio:.1f} for each 100 leukocytes, 95 % interval {low:.1f} to {high:.1f}</source>
<translation>，每 100 个白细胞 {ratio:.1f} 个，95 % 区间 {low:.1f} 至 {high:.1f}</translation>
</message>
<message>
<source>1 cell</source>
<translation>1 个细胞</translation>
</message>
<message>
<source>1 cell may be of it</source>
<translation>1 个细胞可能属于此类</translation>
</message>
<message>
<source>1 cell waits for a look: press {key}.</source>
<translation>1 个细胞待复核：请按 {key}。</translation>
</message>
<message>
<source>1 different example</source>
<translation>1 个不同的样例</translation>
</message>
<message>
<source>1 example does not fit the others</source>
<translation>1 个样例与其他样例不符</translation>
</message>
<message>
<source>1 file could not be used</source>
<translation>1 个文件无法使用</translation>
</message>
<message>
<source>1 file was passed over: no pictures</source>
<translation>跳过 1 个文件：不是图片</translation>
</message>
<message>
<source>1 leukocyte</source>
<translation>1 个白细胞</translation>
</message>
<message>
<source>1 lobe</source>
<translation>1 叶</translation>
</message>
<message>
<source>1 picture</source>
<translation>1 张图片</translation>
</message>
<message>
<source>1 picture is in this case already</source>
<translation>1 张图片已在本病例中</translation>
</message>
<message>
<source>1 picture is not analysed yet.</source>
<translation>还有 1 张图片尚未分析。</translation>
</message>
<message>
<source>1 reason</source>
<translation>1 条理由</translation>
</message>
<message>
<source>1+</source>
<translation>1+</translation>
</message>
<message>
<source>1+ below {number} %, 2+ from {low} %, 3+ above {high} % of the red cells, {origin}</source>
<translation>1+ 低于 {number} %，2+ 起于 {low} %，3+ 高于 {high} %（占红细胞），{origin}</translation>
</message>
<message>
<source>2+</source>
<translation>2+</translation>
</message>
<message>
<source>2+ from {low} %, 3+ above {high} % of the red cells, {origin}</source>
<translation>2+ 起于 {low} %，3+ 高于 {high} %（占红细胞），{origin}</translation>
</message>
<message>
<source>3+</source>
<translation>3+</translation>
</message>
<message>
<source>: no cell of this case that a person decided or the model is sure of</source>
<translation>：本病例中没有由人判定或模型有把握的细胞</translation>
</message>
<message>
<source>: none yet. Decide some cells, or analyse more pictures</source>
<translation>：暂无。请先判定一些细胞，或分析更多图片</translation>
</message>
<message>
<source>; what was left out stands in the list of problems</source>
<translation>；略去的内容见问题列表</translation>
</message>
<message>
<source>; {count:,} could not be made: {reason}</source>
<translation>；{count:,} 个未能生成：{reason}</translation>
</message>
<message>
<source>; {count} pictures could not be read</source>
<translation>；{count} 张图片无法读取</translation>
</message>
<message>
<source>&lt;b&gt;{number:,}&lt;/b&gt; leukocytes counted</source>
<translation>已计数 &lt;b&gt;{number:,}&lt;/b&gt; 个白细胞</translation>
</message>
<message>
<source>&lt;b&gt;{number:,}&lt;/b&gt; of {target} leukocytes</source>
<translation>白细胞 &lt;b&gt;{number:,}&lt;/b&gt; / {target}</translation>
</message>
<message>
<source>A PNG or JPEG file beside it.</source>
<translation>其旁的 PNG 或 JPEG 文件。</translation>
</message>
<message>
<source>A box lies outside its picture.</source>
<translation>有方框在其图片之外。</translation>
</message>
<message>
<source>A cell cannot be accepted and refused at once.</source>
<translation>不能同时接受和拒绝一个细胞。</translation>
</message>
<message>
<source>A class of your own</source>
<translation>您自己的类别</translation>
</message>
<message>
<source>A class that was shared</source>
<translation>他人共享的类别</translation>
</message>
<message>
<source>A field further</source>
<translation>移动一个视野</translation>
</message>
<message>
<source>A finding is graded twice at once.</source>
<translation>同一所见被同时分级两次。</translation>
</message>
<message>
<source>A kind of</source>
<translation>上级类别</translation>
</message>
<message>
<source>A name is missing.</source>
<translation>缺少姓名或名称。</translation>
</message>
<message>
<source>A number of cells is a whole number.</source>
<translation>细胞数应为整数。</translation>
</message>
<message>
<source>A part of the picture cannot be read: {reason}</source>
<translation>图片有一部分无法读取：{reason}</translation>
</message>
<message>
<source>A picture teaches once you named, confirmed, added, moved or rejected a cell on it; of a slide the field around that cell. I declare that on these pictures</source>
<translation>您在某张图片上命名、确认、添加、移动或排除过细胞后，该图片即用于教学；对切片则是该细胞周围的视野。我声明在这些图片上</translation>
</message>
<message>
<source>A second reading is another person's.</source>
<translation>第二次阅片应由另一人进行。</translation>
</message>
<message>
<source>A signature needs a name.</source>
<translation>签名需要姓名。</translation>
</message>
<message>
<source>About BloodView</source>
<translation>关于 BloodView</translation>
</message>
<message>
<source>About BloodView…</source>
<translation>关于 BloodView…</translation>
</message>
<message>
<source>About this slide…</source>
<translation>关于此玻片…</translation>
</message>
<message>
<source>About {name}</source>
<translation>关于 {name}</translation>
</message>
<message>
<source>Acanthocytes</source>
<translation>棘形红细胞</translation>
</message>
<message>
<source>Accept</source>
<translation>接受</translation>
</message>
<message>
<source>Accept ({key})</source>
<translation>接受 ({key})</translation>
</message>
<message>
<source>Accept the suggested cell</source>
<translation>接受建议的细胞</translation>
</message>
<message>
<source>Action</source>
<translation>操作</translation>
</message>
<message>
<source>Actions and their keys</source>
<translation>操作及其按键</translation>
</message>
<message>
<source>Adapt</source>
<translation>适配</translation>
</message>
<message>
<source>Adapt to this laboratory</source>
<translation>适配本实验室</translation>
</message>
<message>
<source>Adapt to this laboratory…</source>
<translation>适配本实验室…</translation>
</message>
<message>
<source>Adapted to a laboratory</source>
<translation>适配过某实验室</translation>
</message>
<message>
<source>Add a case…</source>
<translation>添加病例…</translation>
</message>
<message>
<source>Add pictures to this case</source>
<translation>向本病例添加图片</translation>
</message>
<message>
<source>Add pictures to this case…</source>
<translation>向本病例添加图片…</translation>
</message>
<message>
<source>Add the class first.</source>
<translation>请先添加该类别。</translation>
</message>
<message>
<source>Add to the selection</source>
<translation>加入选择</translation>
</message>
<message>
<source>Adopt</source>
<translation>采用</translation>
</message>
<message>
<source>Agglutination</source>
<translation>红细胞凝集</translation>
</message>
<message>
<source>Agreement</source>
<translation>一致性</translation>
</message>
<message>
<source>Agreement…</source>
<translation>一致性…</translation>
</message>
<message>
<source>All are answered; undo still reaches them.</source>
<translation>均已作答；仍可撤销。</translation>
</message>
<message>
<source>All cells</source>
<translation>所有细胞</translation>
</message>
<message>
<source>All cells and examples of {title} go to another class, and {title} is no more. Undo takes it back.</source>
<translation>“{title}”的所有细胞和样例将归入另一类别，“{title}”不再存在。可撤销。</translation>
</message>
<message>
<source>All cells are answered. Finish the reading to see how far the readers agree.</source>
<translation>所有细胞均已作答。结束阅片即可查看阅片者的一致程度。</translation>
</message>
<message>
<source>All cells in one group</source>
<translation>所有细胞归为一组</translation>
</message>
<message>
<source>All files (*)</source>
<translation>所有文件 (*)</translation>
</message>
<message>
<source>All in one group</source>
<translation>全部归为一组</translation>
</message>
<message>
<source>All keys</source>
<translation>所有快捷键</translation>
</message>
<message>
<source>All keys…</source>
<translation>所有快捷键…</translation>
</message>
<message>
<source>All normal</source>
<translation>全部正常</translation>
</message>
<message>
<source>All pictures</source>
<translation>所有图片</translation>
</message>
<message>
<source>All slides are through: {done} of {of}</source>
<translation>所有玻片已处理：{done} / {of}</translation>
</message>
<message>
<source>All {count} models are whole.</source>
<translation>全部 {count} 个模型均完好。</translation>
</message>
<message>
<source>Almost perfect</source>
<translation>几乎完全一致</translation>
</message>
<message>
<source>Amend</source>
<translation>修订</translation>
</message>
<message>
<source>Amend a signed case</source>
<translation>修订已签发的病例</translation>
</message>
<message>
<source>Amend it with a reason, or undo takes the signature back.</source>
<translation>请说明理由进行修订，或用撤销收回签名。</translation>
</message>
<message>
<source>Amend…</source>
<translation>修订…</translation>
</message>
<message>
<source>An amendment needs a reason.</source>
<translation>修订需要理由。</translation>
</message>
<message>
<source>An answer is a class, undecided or rejected.</source>
<translation>答案应为类别、未定或排除。</translation>
</message>
<message>
<source>An estimate from a smear, no count. Factor and field are in the settings.</source>
<translation>由涂片估算，并非计数。系数和视野见设置。</translation>
</message>
<message>
<source>An outline has 3 to {number} corners, this one {many}.</source>
<translation>一个轮廓有 3 至 {number} 个角点，这个有 {many} 个。</translation>
</message>
<message>
<source>Analyse a folder overnight</source>
<translation>夜间分析文件夹</translation>
</message>
<message>
<source>Analyse a folder overnight…</source>
<translation>夜间分析文件夹…</translation>
</message>
<message>
<source>Analyse it again.</source>
<translation>请重新分析。</translation>
</message>
<message>
<source>Analyse its picture first.</source>
<translation>请先分析其图片。</translation>
</message>
<message>
<source>Analyse this picture again</source>
<translation>重新分析此图片</translation>
</message>
<message>
<source>Analyse what was stopped or failed</source>
<translation>分析已停止或失败的图片</translation>
</message>
<message>
<source>Analyser</source>
<translation>分析仪</translation>
</message>
<message>
<source>Analyser, %</source>
<translation>分析仪，%</translation>
</message>
<message>
<source>Analysing</source>
<translation>正在分析</translation>
</message>
<message>
<source>Analysing {fraction:.0%}</source>
<translation>正在分析 {fraction:.0%}</translation>
</message>
<message>
<source>Analysis</source>
<translation>分析</translation>
</message>
<message>
<source>Analysis ended</source>
<translation>分析结束</translation>
</message>
<message>
<source>Analysis of {name} begun</source>
<translation>开始分析 {name}</translation>
</message>
<message>
<source>Anisocytosis</source>
<translation>红细胞大小不均</translation>
</message>
<message>
<source>Another person reads the cells that the first one decided, without seeing those labels. Both answers are kept; where they differ, you settle it together afterwards.</source>
<translation>由另一人阅读第一人判定过的细胞，看不到其标签。两份结果都会保留；有分歧处随后共同裁定。</translation>
</message>
<message>
<source>Appearance</source>
<translation>外观</translation>
</message>
<message>
<source>Apple graphics (MPS)</source>
<translation>Apple 图形 (MPS)</translation>
</message>
<message>
<source>Area</source>
<translation>面积</translation>
</message>
<message>
<source>Area, ratio of nucleus to cytoplasm, lobes of the nucleus, circularity (1 = circle), from the outlines</source>
<translation>由轮廓测得：面积、核质比、核分叶数、圆度（1 = 正圆）</translation>
</message>
<message>
<source>Arrows</source>
<translation>方向键</translation>
</message>
<message>
<source>Artefact</source>
<translation>伪影</translation>
</message>
<message>
<source>As it &amp;was</source>
<translation>恢复原状(&amp;W)</translation>
</message>
<message>
<source>As they were found</source>
<translation>按找到的顺序</translation>
</message>
<message>
<source>Ask for the file again.</source>
<translation>请重新索取文件。</translation>
</message>
<message>
<source>Ask its owner for permission to read it, or copy it.</source>
<translation>请向所有者申请读取权限，或复制文件。</translation>
</message>
<message>
<source>Ask its owner for permission, or copy the pictures.</source>
<translation>请向所有者申请权限，或复制图片。</translation>
</message>
<message>
<source>Asking the model</source>
<translation>正在询问模型</translation>
</message>
<message>
<source>Asking the model: {done} of {of}</source>
<translation>正在询问模型：{done}/{of}</translation>
</message>
<message>
<source>At least {number} leukocytes are counted</source>
<translation>至少计数 {number} 个白细胞</translation>
</message>
<message>
<source>Automatic</source>
<translation>自动</translation>
</message>
<message>
<source>Back</source>
<translation>返回</translation>
</message>
<message>
<source>Back to the default</source>
<translation>恢复默认</translation>
</message>
<message>
<source>Back to the default: {what}</source>
<translation>恢复默认：{what}</translation>
</message>
<message>
<source>Band neutrophil</source>
<translation>中性杆状核粒细胞</translation>
</message>
<message>
<source>Basophil</source>
<translation>嗜碱性粒细胞</translation>
</message>
<message>
<source>Basophilic stippling</source>
<translation>嗜碱性点彩</translation>
</message>
<message>
<source>Before (95 %)</source>
<translation>之前（95 %）</translation>
</message>
<message>
<source>Begin</source>
<translation>开始</translation>
</message>
<message>
<source>Beside the analyser: {name}</source>
<translation>与分析仪比较：{name}</translation>
</message>
<message>
<source>Better</source>
<translation>更好</translation>
</message>
<message>
<source>Blind reading by {name}, against the machine</source>
<translation>{name} 的盲读，与机器比较</translation>
</message>
<message>
<source>BloodView can learn a class that it does not know. Select at least five cells of it in the gallery, by Ctrl+click or by dragging a band around them, and press {key}. Pictures of one cell each, or a class that somebody shared, serve as well: see the Class menu.</source>
<translation>BloodView 可以学习它不认识的类别。请在图库中用 Ctrl+单击或拖框选择至少五个此类细胞，然后按 {key}。也可以使用单细胞图片或他人共享的类别：见“类别”菜单。</translation>
</message>
<message>
<source>BloodView can learn how cells look in your laboratory, by its stain, light and camera, from the cells that you named or confirmed in this case. {recommended} of each class are a good number. The model as it is stays: you can always go back to it.</source>
<translation>BloodView 可以从您在本病例中命名或确认的细胞，学习您实验室的染色、光源和相机下细胞的样子。每类 {recommended} 个为宜。现有模型会保留，随时可以换回。</translation>
</message>
<message>
<source>BloodView case</source>
<translation>BloodView 病例</translation>
</message>
<message>
<source>BloodView did not end in order last time.</source>
<translation>BloodView 上次未正常退出。</translation>
</message>
<message>
<source>BloodView met an error it did not expect.</source>
<translation>BloodView 遇到了意料之外的错误。</translation>
</message>
<message>
<source>BloodView speaks this language from its next start on.</source>
<translation>语言将在下次启动 BloodView 时生效。</translation>
</message>
<message>
<source>Both</source>
<translation>两者</translation>
</message>
<message>
<source>Both read the same cells, so a difference is one of reading, not of sampling.</source>
<translation>双方阅读相同的细胞，因此差异来自阅片而非抽样。</translation>
</message>
<message>
<source>Box of cell {number} moved</source>
<translation>已移动细胞 {number} 的方框</translation>
</message>
<message>
<source>Boxes</source>
<translation>方框</translation>
</message>
<message>
<source>Boxes around the cells on the slide.</source>
<translation>玻片上细胞周围的方框。</translation>
</message>
<message>
<source>Boxes that are no cell</source>
<translation>不是细胞的框</translation>
</message>
<message>
<source>Brightness</source>
<translation>亮度</translation>
</message>
<message>
<source>Brightness, contrast and gamma…</source>
<translation>亮度、对比度和伽马…</translation>
</message>
<message>
<source>Brush</source>
<translation>画笔</translation>
</message>
<message>
<source>Burr cells</source>
<translation>锯齿形红细胞</translation>
</message>
<message>
<source>By class</source>
<translation>按类别</translation>
</message>
<message>
<source>By lineage</source>
<translation>按细胞系</translation>
</message>
<message>
<source>By picture</source>
<translation>按图片</translation>
</message>
<message>
<source>COCO, YOLO, VOC, GeoJSON, labelme and CSV (*.json *.geojson *.xml *.txt *.csv *.tsv)</source>
<translation>COCO、YOLO、VOC、GeoJSON、labelme 和 CSV (*.json *.geojson *.xml *.txt *.csv *.tsv)</translation>
</message>
<message>
<source>Call its cells otherwise.</source>
<translation>请将其细胞改标为其他类别。</translation>
</message>
<message>
<source>Call the folder so, too.</source>
<translation>请将文件夹改为同名。</translation>
</message>
<message>
<source>Called by</source>
<translation>命名者</translation>
</message>
<message>
<source>Called differently</source>
<translation>命名不同</translation>
</message>
<message>
<source>Cancel</source>
<translation>取消</translation>
</message>
<message>
<source>Cannot be read</source>
<translation>无法读取</translation>
</message>
<message>
<source>Cannot tell yet</source>
<translation>尚不能判断</translation>
</message>
<message>
<source>Card and weights belong together: nobody changed them.</source>
<translation>模型卡与权重相符：未被改动。</translation>
</message>
<message>
<source>Cases that were read with it keep their labels. An exported file brings it back.</source>
<translation>用它读过的病例保留其标签。导出的文件可使其恢复。</translation>
</message>
<message>
<source>Cases to refine the model by</source>
<translation>用于改进模型的病例</translation>
</message>
<message>
<source>Cases: {cases}&lt;br&gt;Log: {log}</source>
<translation>病例：{cases}&lt;br&gt;日志：{log}</translation>
</message>
<message>
<source>Cell</source>
<translation>细胞</translation>
</message>
<message>
<source>Cell added</source>
<translation>已添加细胞</translation>
</message>
<message>
<source>Cell {cell_id}, {confidence:.0%}</source>
<translation>细胞 {cell_id}，{confidence:.0%}</translation>
</message>
<message>
<source>Cell {cell_id}: {title}?</source>
<translation>细胞 {cell_id}：{title}？</translation>
</message>
<message>
<source>Cell {cell_id}: {title}? {confidence:.0%}
{claim}</source>
<translation>细胞 {cell_id}：{title}？{confidence:.0%}
{claim}</translation>
</message>
<message>
<source>Cell {number}</source>
<translation>细胞 {number}</translation>
</message>
<message>
<source>Cell {number} called {title}</source>
<translation>细胞 {number} 标为 {title}</translation>
</message>
<message>
<source>Cell {number} confirmed</source>
<translation>细胞 {number} 已确认</translation>
</message>
<message>
<source>Cell {number} has no label to confirm.</source>
<translation>细胞 {number} 没有可确认的标签。</translation>
</message>
<message>
<source>Cell {number} left undecided</source>
<translation>细胞 {number} 设为未定</translation>
</message>
<message>
<source>Cell {number} outlined</source>
<translation>细胞 {number} 已勾画</translation>
</message>
<message>
<source>Cell {number} read as {title} by {name}</source>
<translation>{name} 将细胞 {number} 阅为 {title}</translation>
</message>
<message>
<source>Cell {number} rejected</source>
<translation>细胞 {number} 已排除</translation>
</message>
<message>
<source>Cell {number} restored</source>
<translation>细胞 {number} 已恢复</translation>
</message>
<message>
<source>Cell {number} settled as {title} by {name}</source>
<translation>{name} 将细胞 {number} 裁定为 {title}</translation>
</message>
<message>
<source>Cell {number} split in two</source>
<translation>细胞 {number} 已分为两个</translation>
</message>
<message>
<source>Cell {number} was decided by {name} before.</source>
<translation>细胞 {number} 此前已由 {name} 判定。</translation>
</message>
<message>
<source>Cell {number} · {name}</source>
<translation>细胞 {number} · {name}</translation>
</message>
<message>
<source>Cells</source>
<translation>细胞</translation>
</message>
<message>
<source>Cells are called {title}, so the class cannot be taken back.</source>
<translation>有细胞标为 {title}，因此不能收回该类别。</translation>
</message>
<message>
<source>Cells at once</source>
<translation>每批细胞数</translation>
</message>
<message>
<source>Cells can be drawn once the picture has been analysed.</source>
<translation>图片分析完成后才能画细胞。</translation>
</message>
<message>
<source>Cells can be outlined once the picture has been analysed.</source>
<translation>图片分析完成后才能勾画细胞。</translation>
</message>
<message>
<source>Cells held out were none the better for changes to the last stage, so the head alone was fitted.</source>
<translation>改动最后一级并未使留出的细胞判得更好，因此只拟合了末层。</translation>
</message>
<message>
<source>Cells of at least two classes are needed.</source>
<translation>至少需要两个类别的细胞。</translation>
</message>
<message>
<source>Cells of this case that are most like it</source>
<translation>本病例中与其最相似的细胞</translation>
</message>
<message>
<source>Cells that only judged</source>
<translation>仅用于评判的细胞</translation>
</message>
<message>
<source>Cells that the readers call differently</source>
<translation>阅片者命名不同的细胞</translation>
</message>
<message>
<source>Cells that trained</source>
<translation>用于训练的细胞</translation>
</message>
<message>
<source>Cells to merge must lie on the picture that is shown.</source>
<translation>要合并的细胞必须在当前图片上。</translation>
</message>
<message>
<source>Cells were changed from outside after the case was signed.</source>
<translation>病例签发后，细胞被外部更改。</translation>
</message>
<message>
<source>Change the class</source>
<translation>更改类别</translation>
</message>
<message>
<source>Change {title}</source>
<translation>更改“{title}”</translation>
</message>
<message>
<source>Changed for the eye alone: analysis, pictures of cells and exports see none of it</source>
<translation>仅为观看而更改：不影响分析、细胞图片和导出</translation>
</message>
<message>
<source>Chapters</source>
<translation>章节</translation>
</message>
<message>
<source>Check the disk and your rights.</source>
<translation>请检查磁盘和您的权限。</translation>
</message>
<message>
<source>Check the disk or the network drive, then try again.</source>
<translation>请检查磁盘或网络驱动器，然后重试。</translation>
</message>
<message>
<source>Check the disk's space and your rights to the folder.</source>
<translation>请检查磁盘空间和您对该文件夹的权限。</translation>
</message>
<message>
<source>Check the files</source>
<translation>核对文件</translation>
</message>
<message>
<source>Check the folder's permissions.</source>
<translation>请检查文件夹的权限。</translation>
</message>
<message>
<source>Check the name and its spelling.</source>
<translation>请检查名称及拼写。</translation>
</message>
<message>
<source>Check the name and whether it was moved.</source>
<translation>请检查名称以及文件是否已被移动。</translation>
</message>
<message>
<source>Check your rights to the folder.</source>
<translation>请检查您对该文件夹的权限。</translation>
</message>
<message>
<source>Choose a cell in the gallery or on the slide, or press {key} for the most doubtful one.</source>
<translation>请在图库中或玻片上选择一个细胞，或按 {key} 转到最存疑的细胞。</translation>
</message>
<message>
<source>Choose a file: {what}</source>
<translation>选择文件：{what}</translation>
</message>
<message>
<source>Choose a folder…</source>
<translation>选择文件夹…</translation>
</message>
<message>
<source>Choose a picture</source>
<translation>选择图片</translation>
</message>
<message>
<source>Choose a place…</source>
<translation>选择位置…</translation>
</message>
<message>
<source>Choose another class for them.</source>
<translation>请为它们另选类别。</translation>
</message>
<message>
<source>Choose another class.</source>
<translation>请另选类别。</translation>
</message>
<message>
<source>Choose another device in the settings; `bloodview self-test` tells more.</source>
<translation>请在设置中选择其他设备；运行 `bloodview self-test` 可了解更多。</translation>
</message>
<message>
<source>Choose another folder; the case is still in its old place.</source>
<translation>请选择其他文件夹；病例仍在原处。</translation>
</message>
<message>
<source>Choose another key.</source>
<translation>请另选按键。</translation>
</message>
<message>
<source>Choose another mark.</source>
<translation>请另选标记。</translation>
</message>
<message>
<source>Choose another name.</source>
<translation>请另选名称。</translation>
</message>
<message>
<source>Choose another place in the tree.</source>
<translation>请在类别树中另选位置。</translation>
</message>
<message>
<source>Choose cells of one picture.</source>
<translation>请选择同一图片的细胞。</translation>
</message>
<message>
<source>Choose cells that touch.</source>
<translation>请选择相接的细胞。</translation>
</message>
<message>
<source>Choose one cell in the gallery or on the slide.</source>
<translation>请在图库中或玻片上选择一个细胞。</translation>
</message>
<message>
<source>Choose one cell.</source>
<translation>请选择一个细胞。</translation>
</message>
<message>
<source>Choose one in the list at the left.</source>
<translation>请在左侧列表中选择一张。</translation>
</message>
<message>
<source>Choose one letter or digit.</source>
<translation>请选择一个字母或数字。</translation>
</message>
<message>
<source>Choose one that you made or imported.</source>
<translation>请选择您自己制作或导入的模型。</translation>
</message>
<message>
<source>Choose pictures of one cell each.</source>
<translation>请选择单细胞图片。</translation>
</message>
<message>
<source>Choose slides…</source>
<translation>选择玻片…</translation>
</message>
<message>
<source>Choose…</source>
<translation>选择…</translation>
</message>
<message>
<source>Circularity</source>
<translation>圆度</translation>
</message>
<message>
<source>Class</source>
<translation>类别</translation>
</message>
<message>
<source>Class of cells</source>
<translation>细胞类别</translation>
</message>
<message>
<source>Class {title} added</source>
<translation>已添加类别 {title}</translation>
</message>
<message>
<source>Class {title} added from {number} example</source>
<translation>已由 {number} 个样例添加类别 {title}</translation>
</message>
<message>
<source>Class {title} added from {number} examples</source>
<translation>已由 {number} 个样例添加类别 {title}</translation>
</message>
<message>
<source>Class {title} changed</source>
<translation>类别 {title} 已更改</translation>
</message>
<message>
<source>Class {title} moved below {other}</source>
<translation>类别 {title} 已移到 {other} 之下</translation>
</message>
<message>
<source>Class {title} moved to the top</source>
<translation>类别 {title} 已移到顶层</translation>
</message>
<message>
<source>Class {title} removed</source>
<translation>类别 {title} 已删除</translation>
</message>
<message>
<source>Class {title} removed, its cells {other}</source>
<translation>类别 {title} 已删除，其细胞归为 {other}</translation>
</message>
<message>
<source>Class {title} renamed {other}</source>
<translation>类别 {title} 已更名为 {other}</translation>
</message>
<message>
<source>Classifier</source>
<translation>分类器</translation>
</message>
<message>
<source>Click on a cell, or drag a box around it.</source>
<translation>单击细胞，或在其周围拖出方框。</translation>
</message>
<message>
<source>Click on a nucleus, or drag a box around it; it stays inside its cell.</source>
<translation>单击细胞核，或在其周围拖出方框；细胞核不会超出细胞。</translation>
</message>
<message>
<source>Click to look at it.</source>
<translation>单击查看。</translation>
</message>
<message>
<source>Click to take it away.</source>
<translation>单击移除。</translation>
</message>
<message>
<source>Click to turn it</source>
<translation>单击旋转</translation>
</message>
<message>
<source>Close</source>
<translation>关闭</translation>
</message>
<message>
<source>Close case</source>
<translation>关闭病例</translation>
</message>
<message>
<source>Close it there first.</source>
<translation>请先在那里关闭。</translation>
</message>
<message>
<source>Close it there, then open it here again.</source>
<translation>请在那里关闭，然后在此处重新打开。</translation>
</message>
<message>
<source>Close it there.</source>
<translation>请在那里关闭。</translation>
</message>
<message>
<source>Close the second view</source>
<translation>关闭第二视图</translation>
</message>
<message>
<source>Clumps</source>
<translation>聚集</translation>
</message>
<message>
<source>Coefficient of variation</source>
<translation>变异系数</translation>
</message>
<message>
<source>Coefficient of variation of the diameters</source>
<translation>直径变异系数</translation>
</message>
<message>
<source>Colour</source>
<translation>颜色</translation>
</message>
<message>
<source>Colour {number}: {color}</source>
<translation>颜色 {number}：{color}</translation>
</message>
<message>
<source>Colours</source>
<translation>颜色</translation>
</message>
<message>
<source>Command list…</source>
<translation>命令列表…</translation>
</message>
<message>
<source>Commands</source>
<translation>命令</translation>
</message>
<message>
<source>Compare</source>
<translation>比较</translation>
</message>
<message>
<source>Compare every file with the checksum in its card.</source>
<translation>将每个文件与其模型卡中的校验和比较。</translation>
</message>
<message>
<source>Comparing every file with its checksum …</source>
<translation>正在将每个文件与校验和比较…</translation>
</message>
<message>
<source>Confirm the label</source>
<translation>确认标签</translation>
</message>
<message>
<source>Confirmed</source>
<translation>已确认</translation>
</message>
<message>
<source>Content</source>
<translation>内容</translation>
</message>
<message>
<source>Contrast</source>
<translation>对比度</translation>
</message>
<message>
<source>Copied</source>
<translation>已复制</translation>
</message>
<message>
<source>Copy it to a folder of yours and open it there.</source>
<translation>请复制到您自己的文件夹，再从那里打开。</translation>
</message>
<message>
<source>Copy it to a folder of yours.</source>
<translation>请复制到您自己的文件夹。</translation>
</message>
<message>
<source>Copy it together with {name} to a folder of yours and open it there.</source>
<translation>请把它连同 {name} 一起复制到您自己的文件夹，再在那里打开。</translation>
</message>
<message>
<source>Copy the file again from where it came, or export it again.</source>
<translation>请从来源重新复制该文件，或重新导出。</translation>
</message>
<message>
<source>Correct with one key</source>
<translation>一键更正</translation>
</message>
<message>
<source>Corrected</source>
<translation>已更正</translation>
</message>
<message>
<source>Corrections that look wrong; choose one to see it</source>
<translation>看似有误的更正；选择一个查看</translation>
</message>
<message>
<source>Count target 100</source>
<translation>计数目标 100</translation>
</message>
<message>
<source>Count target 200</source>
<translation>计数目标 200</translation>
</message>
<message>
<source>Count target 400</source>
<translation>计数目标 400</translation>
</message>
<message>
<source>Count until ±10 %</source>
<translation>计数至 ±10 %</translation>
</message>
<message>
<source>Count until ±2 %</source>
<translation>计数至 ±2 %</translation>
</message>
<message>
<source>Count until ±3 %</source>
<translation>计数至 ±3 %</translation>
</message>
<message>
<source>Count until ±5 %</source>
<translation>计数至 ±5 %</translation>
</message>
<message>
<source>Counted</source>
<translation>已计数</translation>
</message>
<message>
<source>Counted over the whole case</source>
<translation>对整个病例计数</translation>
</message>
<message>
<source>Counting</source>
<translation>计数</translation>
</message>
<message>
<source>Created</source>
<translation>创建日期</translation>
</message>
<message>
<source>Ctrl + click, Shift + click</source>
<translation>Ctrl + 单击，Shift + 单击</translation>
</message>
<message>
<source>Ctrl + wheel</source>
<translation>Ctrl + 滚轮</translation>
</message>
<message>
<source>Cut by border</source>
<translation>被边界切割</translation>
</message>
<message>
<source>Cytoplasm and nucleus of the leukocyte in the middle of a window</source>
<translation>窗口中央白细胞的胞质与胞核</translation>
</message>
<message>
<source>Dark</source>
<translation>深色</translation>
</message>
<message>
<source>Data</source>
<translation>数据</translation>
</message>
<message>
<source>Decide some, or take another method.</source>
<translation>请先判定一些，或换用其他方法。</translation>
</message>
<message>
<source>Decided</source>
<translation>已判定</translation>
</message>
<message>
<source>Decided by a person</source>
<translation>由人判定</translation>
</message>
<message>
<source>Details of the error</source>
<translation>错误详情</translation>
</message>
<message>
<source>Device</source>
<translation>设备</translation>
</message>
<message>
<source>Device {name}</source>
<translation>设备 {name}</translation>
</message>
<message>
<source>Diameter</source>
<translation>直径</translation>
</message>
<message>
<source>Diameters of the red cells</source>
<translation>红细胞直径</translation>
</message>
<message>
<source>Dice from one click</source>
<translation>单击一次的 Dice</translation>
</message>
<message>
<source>Differ beyond chance: {classes}.</source>
<translation>差异超出偶然：{classes}。</translation>
</message>
<message>
<source>Differ beyond chance: {titles}.</source>
<translation>差异超出偶然：{titles}。</translation>
</message>
<message>
<source>Difference, %</source>
<translation>差值，%</translation>
</message>
<message>
<source>Differential</source>
<translation>分类计数</translation>
</message>
<message>
<source>Discard</source>
<translation>放弃</translation>
</message>
<message>
<source>Display adjusted</source>
<translation>显示已调整</translation>
</message>
<message>
<source>Display of the picture</source>
<translation>图片显示</translation>
</message>
<message>
<source>Do the two differentials differ?</source>
<translation>两份分类计数有差异吗？</translation>
</message>
<message>
<source>Done</source>
<translation>完成</translation>
</message>
<message>
<source>Done again</source>
<translation>已重做</translation>
</message>
<message>
<source>Doubt</source>
<translation>存疑</translation>
</message>
<message>
<source>Doubtful: {title} {share}</source>
<translation>存疑：{title} {share}</translation>
</message>
<message>
<source>Doubtful: {title} {share} or {other} {rest}</source>
<translation>存疑：{title} {share} 或 {other} {rest}</translation>
</message>
<message>
<source>Draft</source>
<translation>草稿</translation>
</message>
<message>
<source>Drag a box around the cell that was missed, then press its key. Esc ends.</source>
<translation>在遗漏的细胞周围拖出方框，然后按其类别键。Esc 结束。</translation>
</message>
<message>
<source>Draw a line across a cell to part it in two. Esc leaves.</source>
<translation>画一条横穿细胞的线将其一分为二。Esc 退出。</translation>
</message>
<message>
<source>Draw a missed cell</source>
<translation>画出漏检的细胞</translation>
</message>
<message>
<source>Draw it from border to border of the cell.</source>
<translation>请从细胞边界画到边界。</translation>
</message>
<message>
<source>Draw missed ones with {key}.</source>
<translation>按 {key} 可画出漏检的细胞。</translation>
</message>
<message>
<source>Draw the line across a cell, from border to border.</source>
<translation>请画一条横穿细胞、从边界到边界的线。</translation>
</message>
<message>
<source>Drawn cells that guard what was known: overlap with their outlines (Dice)</source>
<translation>守护已有能力的绘制细胞：与其轮廓的重合度（Dice）</translation>
</message>
<message>
<source>Drawn fields that guard what was known: average precision of the boxes</source>
<translation>守护已有能力的绘制视野：框的平均精度</translation>
</message>
<message>
<source>Drop</source>
<translation>放弃</translation>
</message>
<message>
<source>Drop a folder of smear pictures here</source>
<translation>将血涂片图片文件夹拖到此处</translation>
</message>
<message>
<source>Drop the outline (Esc in the tool)</source>
<translation>放弃轮廓（工具中按 Esc）</translation>
</message>
<message>
<source>Drop {what} on a class</source>
<translation>将{what}拖到某一类别上</translation>
</message>
<message>
<source>Drop: add to the open case</source>
<translation>松开：添加到打开的病例</translation>
</message>
<message>
<source>Drop: open as a case of its own. On the list of pictures: add to the open case</source>
<translation>松开：作为新病例打开。松开在图片列表上：添加到打开的病例</translation>
</message>
<message>
<source>Each example judged by the others: {number} of {all} found again, 95 % interval {low} to {high} %.</source>
<translation>每个样例由其他样例评判：{all} 个中找回 {number} 个，95 % 区间 {low} 至 {high} %。</translation>
</message>
<message>
<source>Each grade is a person's; the figures are measured and grade nothing. 1+ few, 2+ moderate, 3+ many as in {source}. With the focus on a row: 0 to 3 grade it, Delete takes the grade away.</source>
<translation>分级均由人作出；数字为测量值，不作分级。1+ 少量，2+ 中等，3+ 大量，依据 {source}。选中一行时：0 至 3 分级，Delete 取消分级。</translation>
</message>
<message>
<source>Edit</source>
<translation>编辑</translation>
</message>
<message>
<source>Eleven classes of leukocytes, erythroblasts and platelets on the tree of classes: two networks, referred to each cell's own ground and dye</source>
<translation>类别树上的十一类白细胞、有核红细胞与血小板：两个网络，以每个细胞自身的背景与染料为参照</translation>
</message>
<message>
<source>Elliptocytes</source>
<translation>椭圆形红细胞</translation>
</message>
<message>
<source>End the tour</source>
<translation>结束导览</translation>
</message>
<message>
<source>Endings: {name}.</source>
<translation>可用的扩展名：{name}。</translation>
</message>
<message>
<source>Enter changes the key of the chosen action.</source>
<translation>按 Enter 更改所选操作的按键。</translation>
</message>
<message>
<source>Enter: keep as a new cell. Click adds, right click takes away.</source>
<translation>Enter：保留为新细胞。单击添加，右键单击去除。</translation>
</message>
<message>
<source>Enter: new nucleus of cell {number}. Click adds, right click takes away.</source>
<translation>Enter：细胞 {number} 的新细胞核。单击添加，右键单击去除。</translation>
</message>
<message>
<source>Enter: new outline of cell {number}. Right click takes away.</source>
<translation>Enter：细胞 {number} 的新轮廓。右键单击去除。</translation>
</message>
<message>
<source>Entries of the journal</source>
<translation>操作记录条目</translation>
</message>
<message>
<source>Entry {number} is missing.</source>
<translation>缺少第 {number} 条。</translation>
</message>
<message>
<source>Entry {number} was added from outside: it has no seal.</source>
<translation>第 {number} 条由外部添加：没有封印。</translation>
</message>
<message>
<source>Entry {number}, or its seal, was changed from outside.</source>
<translation>第 {number} 条或其封印被外部更改。</translation>
</message>
<message>
<source>Eosinophil</source>
<translation>嗜酸性粒细胞</translation>
</message>
<message>
<source>Epoch {done} of {of}</source>
<translation>第 {done} 轮，共 {of} 轮</translation>
</message>
<message>
<source>Erythroblast</source>
<translation>有核红细胞</translation>
</message>
<message>
<source>Erythroblasts</source>
<translation>有核红细胞</translation>
</message>
<message>
<source>Erythroblasts: {number:,}</source>
<translation>有核红细胞：{number:,}</translation>
</message>
<message>
<source>Estimate</source>
<translation>估算</translation>
</message>
<message>
<source>Every counted cell has a name</source>
<translation>每个计数的细胞均已命名</translation>
</message>
<message>
<source>Every edit is on the disk before this line says so; there is no button to save. Report and Sign stand at its end, and Ctrl+L finds every command by typing. F1 opens the guide.</source>
<translation>每次编辑都在此行提示之前写入磁盘；没有保存按钮。报告和签发在此行末尾，Ctrl+L 输入文字即可找到任何命令，F1 打开指南。</translation>
</message>
<message>
<source>Every edit that was shown as saved is on the disk; nothing has to be repaired.</source>
<translation>所有显示为已保存的编辑均已存盘；无需修复。</translation>
</message>
<message>
<source>Every edit up to {time} is on the disk, in {file}.</source>
<translation>截至 {time} 的每次编辑均已存盘于 {file}。</translation>
</message>
<message>
<source>Every field with cells was visited.</source>
<translation>有细胞的视野均已看过。</translation>
</message>
<message>
<source>Every file could be used.</source>
<translation>所有文件均可使用。</translation>
</message>
<message>
<source>Every part was analysed</source>
<translation>每一部分均已分析</translation>
</message>
<message>
<source>Every share is known to ±{half:.1f} % or better (least well: {title})</source>
<translation>各类百分比的误差均不超过 ±{half:.1f} %（最大者：{title}）</translation>
</message>
<message>
<source>Every share with its 95 % interval, following each edit. The line on top says how many more cells to count for the precision that you chose in the View menu.</source>
<translation>各类百分比及其 95 % 区间，随每次编辑更新。上方一行说明要达到“视图”菜单中所选精度还需计数多少细胞。</translation>
</message>
<message>
<source>Every slide becomes a case of its own, and a table tells what was found in each. Slides that are done already are not analysed again, so it can be stopped and gone on with.</source>
<translation>每张玻片各成一个病例，并有一张表格列出每张的结果。已完成的玻片不会重新分析，因此可以停止并继续。</translation>
</message>
<message>
<source>Everywhere from the next start on.</source>
<translation>下次启动后全面生效。</translation>
</message>
<message>
<source>Exclude, or bring back</source>
<translation>排除或恢复</translation>
</message>
<message>
<source>Excluded</source>
<translation>已排除</translation>
</message>
<message>
<source>Excluded from the count</source>
<translation>已排除，不计数</translation>
</message>
<message>
<source>Explaining cell {text}</source>
<translation>正在解释细胞 {text}</translation>
</message>
<message>
<source>Explaining {count:,} cells</source>
<translation>正在解释 {count:,} 个细胞</translation>
</message>
<message>
<source>Export a model</source>
<translation>导出模型</translation>
</message>
<message>
<source>Export annotations</source>
<translation>导出标注</translation>
</message>
<message>
<source>Export annotations…</source>
<translation>导出标注…</translation>
</message>
<message>
<source>Export explanations</source>
<translation>导出解释</translation>
</message>
<message>
<source>Export explanations…</source>
<translation>导出解释…</translation>
</message>
<message>
<source>Export it again.</source>
<translation>请重新导出。</translation>
</message>
<message>
<source>Export it in parts.</source>
<translation>请分几部分导出。</translation>
</message>
<message>
<source>Export stopped; the overlays written before stay.</source>
<translation>导出已停止；此前写出的叠加图保留。</translation>
</message>
<message>
<source>Export the journal</source>
<translation>导出操作记录</translation>
</message>
<message>
<source>Exported: {out}{left}</source>
<translation>已导出：{out}{left}</translation>
</message>
<message>
<source>Exported: {path}</source>
<translation>已导出：{path}</translation>
</message>
<message>
<source>Exporting to {out} …</source>
<translation>正在导出到 {out} …</translation>
</message>
<message>
<source>Exporting {model} …</source>
<translation>正在导出 {model}…</translation>
</message>
<message>
<source>Export…</source>
<translation>导出…</translation>
</message>
<message>
<source>Factor of the platelets</source>
<translation>血小板系数</translation>
</message>
<message>
<source>Fair</source>
<translation>一般</translation>
</message>
<message>
<source>Faithful: the class goes {drop} faster than by a random map (deletion {number}, by chance {chance})</source>
<translation>忠实：类别消失比随机热图快 {drop}（删除 {number}，随机 {chance}）</translation>
</message>
<message>
<source>Familiarity</source>
<translation>熟悉度</translation>
</message>
<message>
<source>Familiarity {familiarity:.0%}</source>
<translation>熟悉度 {familiarity:.0%}</translation>
</message>
<message>
<source>Fewer than {number} cases judge, so the interval takes each cell as a witness of its own; it promises too much.</source>
<translation>评判的病例不足 {number} 个，因此区间把每个细胞都当作独立的证据；它过于乐观。</translation>
</message>
<message>
<source>Fewer than {number} cases judge, so the interval takes each field as a witness of its own; it promises too much.</source>
<translation>用于评判的病例少于 {number} 个，因此区间把每个视野当作独立的证据；它过于乐观。</translation>
</message>
<message>
<source>Fewer than {number} cases judge, so the interval takes each picture as a witness of its own; it promises too much.</source>
<translation>评判的病例不足 {number} 个，因此区间把每张图片都当作独立的证据；它过于乐观。</translation>
</message>
<message>
<source>Fewer than {number} cells, so little is learned of: {titles}.</source>
<translation>不足 {number} 个细胞，因此学到的很少：{titles}。</translation>
</message>
<message>
<source>Fewer than {number} pictures judge, so the interval takes each cell as a witness of its own; it promises too much.</source>
<translation>评判的图片不足 {number} 张，因此区间把每个细胞都当作独立的证据；它过于乐观。</translation>
</message>
<message>
<source>Fewer than {number} pictures judge, so the interval takes each field as a witness of its own; it promises too much.</source>
<translation>用于评判的图片少于 {number} 张，因此区间把每个视野当作独立的证据；它过于乐观。</translation>
</message>
<message>
<source>Field of the platelets</source>
<translation>血小板视野</translation>
</message>
<message>
<source>Field {number} of {whole}</source>
<translation>视野 {number} / {whole}</translation>
</message>
<message>
<source>Figures</source>
<translation>指标</translation>
</message>
<message>
<source>File</source>
<translation>文件</translation>
</message>
<message>
<source>Files</source>
<translation>文件</translation>
</message>
<message>
<source>Files that could not be used</source>
<translation>无法使用的文件</translation>
</message>
<message>
<source>Files that could not be used…</source>
<translation>无法使用的文件…</translation>
</message>
<message>
<source>Find cells</source>
<translation>查找细胞</translation>
</message>
<message>
<source>Find in the guide</source>
<translation>在指南中查找</translation>
</message>
<message>
<source>Find in the journal</source>
<translation>在操作记录中查找</translation>
</message>
<message>
<source>Find in what was done and by whom</source>
<translation>按操作内容或操作者查找</translation>
</message>
<message>
<source>Finding of cells (detector)</source>
<translation>细胞查找(检测器)</translation>
</message>
<message>
<source>Fingerprint of the cells</source>
<translation>细胞指纹</translation>
</message>
<message>
<source>Fingerprint of the data</source>
<translation>数据指纹</translation>
</message>
<message>
<source>Finish the reading</source>
<translation>结束阅片</translation>
</message>
<message>
<source>First identifier</source>
<translation>第一标识</translation>
</message>
<message>
<source>First reader</source>
<translation>第一阅片者</translation>
</message>
<message>
<source>Folder</source>
<translation>文件夹</translation>
</message>
<message>
<source>Folder for the cases</source>
<translation>病例文件夹</translation>
</message>
<message>
<source>Folder of slides</source>
<translation>玻片文件夹</translation>
</message>
<message>
<source>For a field</source>
<translation>每视野</translation>
</message>
<message>
<source>For research use only</source>
<translation>仅供研究使用</translation>
</message>
<message>
<source>For research use only.</source>
<translation>仅供研究使用。</translation>
</message>
<message>
<source>For the eye alone: analysis, pictures of cells and exports see none of it.</source>
<translation>仅供观看：不影响分析、细胞图片和导出。</translation>
</message>
<message>
<source>Forget the new model.</source>
<translation>放弃新模型。</translation>
</message>
<message>
<source>Format</source>
<translation>格式</translation>
</message>
<message>
<source>Former values were added from outside: they belong to no entry.</source>
<translation>外部添加了旧值：它们不属于任何一条记录。</translation>
</message>
<message>
<source>Found by the detector, score {score:.0%}</source>
<translation>由检测器找到，得分 {score:.0%}</translation>
</message>
<message>
<source>Found by the detector, score {score:.0%}; the classifier sees something else</source>
<translation>由检测器找到，得分 {score:.0%}；分类器意见不同</translation>
</message>
<message>
<source>Found, but nobody named them: left out</source>
<translation>已找到但未命名：不计入</translation>
</message>
<message>
<source>Free some space.</source>
<translation>请释放一些空间。</translation>
</message>
<message>
<source>From</source>
<translation>来自</translation>
</message>
<message>
<source>From a file …</source>
<translation>来自文件…</translation>
</message>
<message>
<source>From the next analysis on.</source>
<translation>从下次分析起生效。</translation>
</message>
<message>
<source>From the next start on.</source>
<translation>下次启动后生效。</translation>
</message>
<message>
<source>Gallery</source>
<translation>图库</translation>
</message>
<message>
<source>Gallery and slide</source>
<translation>图库和玻片</translation>
</message>
<message>
<source>Gallery of cells</source>
<translation>细胞图库</translation>
</message>
<message>
<source>Gallery of this picture only</source>
<translation>图库仅显示此图片</translation>
</message>
<message>
<source>Gamma</source>
<translation>伽马</translation>
</message>
<message>
<source>Give it another id.</source>
<translation>请为其另取标识。</translation>
</message>
<message>
<source>Give it one.</source>
<translation>请命名。</translation>
</message>
<message>
<source>Give it some first.</source>
<translation>请先给它一些样例。</translation>
</message>
<message>
<source>Give them another label first, those too that a class which learns claims.</source>
<translation>请先给这些细胞改标其他类别，包括被学习类别认出的细胞。</translation>
</message>
<message>
<source>Go back</source>
<translation>退回</translation>
</message>
<message>
<source>Go back to a copy. The file was not changed.</source>
<translation>请使用备份。文件未作更改。</translation>
</message>
<message>
<source>Go back to the model before</source>
<translation>换回之前的模型</translation>
</message>
<message>
<source>Go back to the model {former}</source>
<translation>换回模型 {former}</translation>
</message>
<message>
<source>Go on</source>
<translation>继续</translation>
</message>
<message>
<source>Go on after a decision</source>
<translation>判定后继续</translation>
</message>
<message>
<source>Go on to the next doubtful cell after a decision</source>
<translation>判定后转到下一个存疑细胞</translation>
</message>
<message>
<source>Go on with the analysis</source>
<translation>继续分析</translation>
</message>
<message>
<source>Go through about {count} more pictures to tell.</source>
<translation>再检查约 {count} 张图片即可判断。</translation>
</message>
<message>
<source>Grade whatever is not graded yet as not seen</source>
<translation>将尚未分级的均记为未见</translation>
</message>
<message>
<source>Grades are 0, 1, 2 and 3.</source>
<translation>分级为 0、1、2 和 3。</translation>
</message>
<message>
<source>Grading</source>
<translation>分级</translation>
</message>
<message>
<source>Group by class</source>
<translation>按类别分组</translation>
</message>
<message>
<source>Group by lineage</source>
<translation>按细胞系分组</translation>
</message>
<message>
<source>Group by picture</source>
<translation>按图片分组</translation>
</message>
<message>
<source>Groups of the gallery</source>
<translation>图库分组</translation>
</message>
<message>
<source>HL7 result for a laboratory system</source>
<translation>供实验室系统使用的 HL7 结果</translation>
</message>
<message>
<source>Hardly faithful: the class goes {drop} faster than by a random map (deletion {number}, by chance {chance})</source>
<translation>勉强忠实：类别消失比随机热图快 {drop}（删除 {number}，随机 {chance}）</translation>
</message>
<message>
<source>Have it shared again.</source>
<translation>请重新共享。</translation>
</message>
<message>
<source>Have the analysis wait before its next part</source>
<translation>在下一部分之前暂停分析</translation>
</message>
<message>
<source>Help</source>
<translation>帮助</translation>
</message>
<message>
<source>Hide the machine's labels too</source>
<translation>同时隐藏机器标签</translation>
</message>
<message>
<source>How like the pictures that the model was made from; low = unfamiliar</source>
<translation>与模型训练图片的相似程度；低 = 不熟悉</translation>
</message>
<message>
<source>How many cells the models look at in one step; fewer need less memory.</source>
<translation>模型每一步查看的细胞数；越少所需内存越小。</translation>
</message>
<message>
<source>How many leukocytes the analyser counted is missing.</source>
<translation>缺少分析仪计数的白细胞数。</translation>
</message>
<message>
<source>How often confident labels are wrong</source>
<translation>有把握的标签出错的频率</translation>
</message>
<message>
<source>How sure</source>
<translation>把握程度</translation>
</message>
<message>
<source>How well each share is to be known; the differential says how many more cells that takes.</source>
<translation>各类百分比所需的精度；分类计数会说明还需多少细胞。</translation>
</message>
<message>
<source>Howell-Jolly bodies</source>
<translation>豪-焦小体</translation>
</message>
<message>
<source>Hypochromia</source>
<translation>低色素性</translation>
</message>
<message>
<source>If copying it again does not help, save it as TIFF.</source>
<translation>如果重新复制无效，请另存为 TIFF。</translation>
</message>
<message>
<source>If it is really that large, save it as a tiled, pyramidal TIFF; otherwise it is damaged.</source>
<translation>若确实这么大，请另存为分块金字塔 TIFF；否则文件已损坏。</translation>
</message>
<message>
<source>Immature granulocyte</source>
<translation>幼稚粒细胞</translation>
</message>
<message>
<source>Import an analyser's counts</source>
<translation>导入分析仪计数</translation>
</message>
<message>
<source>Import annotations</source>
<translation>导入标注</translation>
</message>
<message>
<source>Import annotations…</source>
<translation>导入标注…</translation>
</message>
<message>
<source>Imported from {summary}{left}</source>
<translation>已导入：{summary}{left}</translation>
</message>
<message>
<source>Importing {name} …</source>
<translation>正在导入 {name}…</translation>
</message>
<message>
<source>Import…</source>
<translation>导入…</translation>
</message>
<message>
<source>In the settings, keys of what does not exist are ignored: {names}.</source>
<translation>设置中不存在的操作的按键已忽略：{names}。</translation>
</message>
<message>
<source>In the settings, {key} can be no key of “{action}” and is ignored.</source>
<translation>设置中的 {key} 不能作为“{action}”的按键，已忽略。</translation>
</message>
<message>
<source>In the views</source>
<translation>在视图中</translation>
</message>
<message>
<source>In use</source>
<translation>使用中</translation>
</message>
<message>
<source>In use: {what}; {whose}</source>
<translation>使用中：{what}；{whose}</translation>
</message>
<message>
<source>Install BloodView again.</source>
<translation>请重新安装 BloodView。</translation>
</message>
<message>
<source>Install it with `pip install "bloodview[training]"`, in a checkout `pip install -e ".[training]"`.</source>
<translation>请用 `pip install "bloodview[training]"` 安装；在源代码目录中用 `pip install -e ".[training]"`。</translation>
</message>
<message>
<source>Install the model again.</source>
<translation>请重新安装该模型。</translation>
</message>
<message>
<source>Installed models</source>
<translation>已安装的模型</translation>
</message>
<message>
<source>Installed: {name}.</source>
<translation>已安装：{name}。</translation>
</message>
<message>
<source>Instead of</source>
<translation>而不是</translation>
</message>
<message>
<source>It answers from {number} different examples on: give it one more.</source>
<translation>有 {number} 个不同样例后才作答：请再给 1 个。</translation>
</message>
<message>
<source>It answers from {number} different examples on: give it {few} more.</source>
<translation>有 {number} 个不同样例后才作答：请再给 {few} 个。</translation>
</message>
<message>
<source>It assists a qualified person; it decides nothing and is no medical device.</source>
<translation>它协助有资质的人员；它不作任何决定，也不是医疗器械。</translation>
</message>
<message>
<source>It cannot be used: {why}</source>
<translation>无法使用：{why}</translation>
</message>
<message>
<source>It ended without a word.</source>
<translation>它没有任何说明就结束了。</translation>
</message>
<message>
<source>It finds no further cell that might be of this class.</source>
<translation>未找到其他可能属于此类别的细胞。</translation>
</message>
<message>
<source>It is called so now.</source>
<translation>目前即归为此类。</translation>
</message>
<message>
<source>It is not called so, as another class is likelier.</source>
<translation>目前未归为此类，因为另一类别更有可能。</translation>
</message>
<message>
<source>It took {number} of {all} known others for its own.</source>
<translation>它把 {all} 个已知的其他类细胞中的 {number} 个误认为己类。</translation>
</message>
<message>
<source>It was stopped; it goes on where it was.</source>
<translation>已停止；可从停止处继续。</translation>
</message>
<message>
<source>It was stopped; what is done is kept, and it goes on there.</source>
<translation>已停止；已完成的会保留，并从那里继续。</translation>
</message>
<message>
<source>It works with fewer, but less surely. Classes that you did not name stay possible, only less likely.</source>
<translation>数量较少也可进行，但把握较低。您未命名的类别仍有可能，只是可能性较小。</translation>
</message>
<message>
<source>Its cells and examples go along with it.</source>
<translation>其细胞和样例随之变更。</translation>
</message>
<message>
<source>Its diameter: the field number of the eyepiece over the magnification of the objective.</source>
<translation>其直径：目镜视场数除以物镜倍数。</translation>
</message>
<message>
<source>Its last stage too: how the network sees these cells. Some minutes; so far measured no better.</source>
<translation>连同最后一级：网络如何看这些细胞。需数分钟；迄今实测并不更好。</translation>
</message>
<message>
<source>Journal of {case_name}</source>
<translation>{case_name} 的操作记录</translation>
</message>
<message>
<source>Journal…</source>
<translation>操作记录…</translation>
</message>
<message>
<source>Keep</source>
<translation>保留</translation>
</message>
<message>
<source>Keep aside</source>
<translation>暂存</translation>
</message>
<message>
<source>Keep the class for other cases</source>
<translation>保留此类别供其他病例使用</translation>
</message>
<message>
<source>Keep the file names of the pictures, which may hold a patient's name</source>
<translation>保留图片文件名（其中可能含有患者姓名）</translation>
</message>
<message>
<source>Keep the new model among yours without using it.</source>
<translation>保留新模型但不使用。</translation>
</message>
<message>
<source>Keep the outline (Enter in the tool)</source>
<translation>保留轮廓（工具中按 Enter）</translation>
</message>
<message>
<source>Key</source>
<translation>按键</translation>
</message>
<message>
<source>Key {key} calls the chosen cells so.</source>
<translation>按 {key} 键将所选细胞归为此类。</translation>
</message>
<message>
<source>Keys</source>
<translation>按键</translation>
</message>
<message>
<source>Kind</source>
<translation>类型</translation>
</message>
<message>
<source>Knows no blasts, smudge cells, reactive lymphocytes or parasites: such cells get the nearest of the eleven names, as a rule with low familiarity.</source>
<translation>不认识原始细胞、涂抹细胞、反应性淋巴细胞和寄生虫：此类细胞会得到十一个名称中最接近的一个，通常熟悉度低。</translation>
</message>
<message>
<source>Label 5 cells of each class and use Adapt to this laboratory.</source>
<translation>请每类标注 5 个细胞，然后使用“适配本实验室”。</translation>
</message>
<message>
<source>Label about {count} more cells to tell.</source>
<translation>再标注约 {count} 个细胞才能判断。</translation>
</message>
<message>
<source>Label as</source>
<translation>标为</translation>
</message>
<message>
<source>Label of {slide}</source>
<translation>{slide} 的标签</translation>
</message>
<message>
<source>Labels</source>
<translation>标签</translation>
</message>
<message>
<source>Labels ask for a look.</source>
<translation>标签需复核。</translation>
</message>
<message>
<source>Labels were drawn by chance among those that need no look.</source>
<translation>标签从无需复核者中随机抽取。</translation>
</message>
<message>
<source>Laboratory</source>
<translation>实验室</translation>
</message>
<message>
<source>Language</source>
<translation>语言</translation>
</message>
<message>
<source>Language: English</source>
<translation>语言：English</translation>
</message>
<message>
<source>Language: as the system</source>
<translation>语言：跟随系统</translation>
</message>
<message>
<source>Language: 简体中文</source>
<translation>语言：简体中文</translation>
</message>
<message>
<source>Largest first</source>
<translation>最大者在前</translation>
</message>
<message>
<source>Learned</source>
<translation>已学类别</translation>
</message>
<message>
<source>Learned classes beside the gallery</source>
<translation>图库旁显示已学类别</translation>
</message>
<message>
<source>Learning from the examples …</source>
<translation>正在从样例学习 …</translation>
</message>
<message>
<source>Least like the training pictures</source>
<translation>最不像训练图片者在前</translation>
</message>
<message>
<source>Leave out the classes below it.</source>
<translation>请略去其下级类别。</translation>
</message>
<message>
<source>Left out</source>
<translation>不计入</translation>
</message>
<message>
<source>Left out: {overlapping:,} overlapping, {cut:,} cut by the border, {unclear:,} without a clear outline, {unmeasured:,} not measured</source>
<translation>不计入：重叠 {overlapping:,}，被边界切割 {cut:,}，轮廓不清 {unclear:,}，未测量 {unmeasured:,}</translation>
</message>
<message>
<source>Let it go on.</source>
<translation>请让它继续。</translation>
</message>
<message>
<source>Letters</source>
<translation>字母</translation>
</message>
<message>
<source>Leukocyte</source>
<translation>白细胞</translation>
</message>
<message>
<source>Leukocytes counted</source>
<translation>已计数白细胞</translation>
</message>
<message>
<source>Leukocytes that the analyser counted</source>
<translation>分析仪计数的白细胞数</translation>
</message>
<message>
<source>Leukocytes to count</source>
<translation>白细胞计数目标</translation>
</message>
<message>
<source>Leukocytes, red cells and platelets as points with boxes</source>
<translation>以点和方框表示白细胞、红细胞与血小板</translation>
</message>
<message>
<source>Levels</source>
<translation>层级</translation>
</message>
<message>
<source>Licence</source>
<translation>许可证</translation>
</message>
<message>
<source>Light</source>
<translation>浅色</translation>
</message>
<message>
<source>Light theme</source>
<translation>浅色主题</translation>
</message>
<message>
<source>Likeness to the left one</source>
<translation>与左侧细胞的相似度</translation>
</message>
<message>
<source>Limits</source>
<translation>局限</translation>
</message>
<message>
<source>Limits after Rümke (CLSI H20-A2), difference after Newcombe, 95 %; of twenty classes one differs by chance.</source>
<translation>界限按 Rümke 法（CLSI H20-A2），差值按 Newcombe 法，95 %；二十个类别中约有一个因偶然而不同。</translation>
</message>
<message>
<source>Loading the models</source>
<translation>正在加载模型</translation>
</message>
<message>
<source>Lobes</source>
<translation>分叶数</translation>
</message>
<message>
<source>Logo</source>
<translation>徽标</translation>
</message>
<message>
<source>Longer over shorter axis</source>
<translation>长轴与短轴之比</translation>
</message>
<message>
<source>Look at every cell that it names.</source>
<translation>请查看它命名的每个细胞。</translation>
</message>
<message>
<source>Look at the list again.</source>
<translation>请再看一次列表。</translation>
</message>
<message>
<source>Look at them</source>
<translation>去查看</translation>
</message>
<message>
<source>Looked at, could not be told: left out</source>
<translation>已查看但无法判定：不计入</translation>
</message>
<message>
<source>Looking at {count} pictures …</source>
<translation>正在查看 {count} 张图片 …</translation>
</message>
<message>
<source>Looking for pictures …</source>
<translation>正在查找图片 …</translation>
</message>
<message>
<source>Loss</source>
<translation>损失</translation>
</message>
<message>
<source>Lymphocyte</source>
<translation>淋巴细胞</translation>
</message>
<message>
<source>Machine</source>
<translation>机器</translation>
</message>
<message>
<source>Macrocytosis</source>
<translation>大红细胞</translation>
</message>
<message>
<source>Made from it</source>
<translation>由它制成</translation>
</message>
<message>
<source>Magnification</source>
<translation>放大倍数</translation>
</message>
<message>
<source>Magnification {text}</source>
<translation>放大倍数 {text}</translation>
</message>
<message>
<source>Magnification: 0.1 µm a screen pixel is 100×</source>
<translation>放大倍数：屏幕像素 0.1 µm 相当于 100×</translation>
</message>
<message>
<source>Magnify 100×</source>
<translation>放大 100×</translation>
</message>
<message>
<source>Magnify 10×</source>
<translation>放大 10×</translation>
</message>
<message>
<source>Magnify 20×</source>
<translation>放大 20×</translation>
</message>
<message>
<source>Magnify 40×</source>
<translation>放大 40×</translation>
</message>
<message>
<source>Magnify 5×</source>
<translation>放大 5×</translation>
</message>
<message>
<source>Magnify 63×</source>
<translation>放大 63×</translation>
</message>
<message>
<source>Make it anew.</source>
<translation>请重新制作。</translation>
</message>
<message>
<source>Make the class</source>
<translation>创建类别</translation>
</message>
<message>
<source>Make the folder first.</source>
<translation>请先新建文件夹。</translation>
</message>
<message>
<source>Map</source>
<translation>热图</translation>
</message>
<message>
<source>Map of the cell</source>
<translation>细胞热图</translation>
</message>
<message>
<source>Map of the reasons on the slide</source>
<translation>在玻片上显示依据热图</translation>
</message>
<message>
<source>Marks of the classes on the slide.</source>
<translation>玻片上的类别标记。</translation>
</message>
<message>
<source>Masks of leukocytes came from one laboratory; outlines of red cells and platelets from drawn pictures, and by rule inside boxes.</source>
<translation>白细胞的掩膜来自一个实验室；红细胞与血小板的轮廓来自绘制的图片，以及方框内按规则得出的轮廓。</translation>
</message>
<message>
<source>Masks of one laboratory trained it, boxes of two others.</source>
<translation>由一个实验室的掩膜和另外两个实验室的方框训练。</translation>
</message>
<message>
<source>Mean and standard deviation, of discs of the same area</source>
<translation>等面积圆直径的均值和标准差</translation>
</message>
<message>
<source>Mean of both</source>
<translation>两者平均</translation>
</message>
<message>
<source>Mean of the classes</source>
<translation>各类平均</translation>
</message>
<message>
<source>Mean of the two diameters' ratio</source>
<translation>两直径之比的均值</translation>
</message>
<message>
<source>Mean; 1 is a circle</source>
<translation>均值；1 为正圆</translation>
</message>
<message>
<source>Measured</source>
<translation>已测量</translation>
</message>
<message>
<source>Menu</source>
<translation>菜单</translation>
</message>
<message>
<source>Merge</source>
<translation>合并</translation>
</message>
<message>
<source>Merge the class into another…</source>
<translation>将此类别并入另一类别…</translation>
</message>
<message>
<source>Merge the selected cells</source>
<translation>合并所选细胞</translation>
</message>
<message>
<source>Merge {title}</source>
<translation>合并“{title}”</translation>
</message>
<message>
<source>Metamyelocyte</source>
<translation>晚幼粒细胞</translation>
</message>
<message>
<source>Method</source>
<translation>方法</translation>
</message>
<message>
<source>Microcytosis</source>
<translation>小红细胞</translation>
</message>
<message>
<source>Model</source>
<translation>模型</translation>
</message>
<message>
<source>Model of BloodView</source>
<translation>BloodView 模型</translation>
</message>
<message>
<source>Model that finds cells</source>
<translation>查找细胞的模型</translation>
</message>
<message>
<source>Model that names cells</source>
<translation>命名细胞的模型</translation>
</message>
<message>
<source>Model that outlines cells</source>
<translation>勾画细胞的模型</translation>
</message>
<message>
<source>Models</source>
<translation>模型</translation>
</message>
<message>
<source>Models of BloodView (*.bvmodel)</source>
<translation>BloodView 模型 (*.bvmodel)</translation>
</message>
<message>
<source>Models to import</source>
<translation>要导入的模型</translation>
</message>
<message>
<source>Models…</source>
<translation>模型…</translation>
</message>
<message>
<source>Moderate</source>
<translation>中等一致</translation>
</message>
<message>
<source>Monocyte</source>
<translation>单核细胞</translation>
</message>
<message>
<source>Monolayer {share} seen</source>
<translation>单层区已看 {share}</translation>
</message>
<message>
<source>More examples from pictures…</source>
<translation>从图片添加样例…</translation>
</message>
<message>
<source>Most doubtful first</source>
<translation>最存疑者在前</translation>
</message>
<message>
<source>Most like it, of this case's cells that a person decided or the model is sure of</source>
<translation>本病例中由人判定或模型有把握的细胞里，与其最相似者</translation>
</message>
<message>
<source>Most like: {titles}.</source>
<translation>最像：{titles}。</translation>
</message>
<message>
<source>Move both views together</source>
<translation>两视图同步移动</translation>
</message>
<message>
<source>Move some away.</source>
<translation>请移走一些。</translation>
</message>
<message>
<source>Move the file away: the models that came with BloodView are then used.</source>
<translation>请移走该文件：之后将使用 BloodView 自带的模型。</translation>
</message>
<message>
<source>Move the picture</source>
<translation>移动图片</translation>
</message>
<message>
<source>Myelocyte</source>
<translation>中幼粒细胞</translation>
</message>
<message>
<source>N:C {number:.2f}</source>
<translation>核质比 {number:.2f}</translation>
</message>
<message>
<source>NVIDIA graphics (CUDA)</source>
<translation>NVIDIA 显卡 (CUDA)</translation>
</message>
<message>
<source>Name</source>
<translation>名称</translation>
</message>
<message>
<source>Name a class that you taught.</source>
<translation>请指定您教授的类别。</translation>
</message>
<message>
<source>Name a classifier.</source>
<translation>请指定一个分类模型。</translation>
</message>
<message>
<source>Name a file.</source>
<translation>请指定文件。</translation>
</message>
<message>
<source>Name a folder that you may write to.</source>
<translation>请指定您可写的文件夹。</translation>
</message>
<message>
<source>Name a folder.</source>
<translation>请指定文件夹。</translation>
</message>
<message>
<source>Name a segmenter.</source>
<translation>请指定一个分割器。</translation>
</message>
<message>
<source>Name and address at the head of a report; the first three lines are printed.</source>
<translation>报告页眉的名称和地址；打印前三行。</translation>
</message>
<message>
<source>Name and role of everybody who works here; F2 changes a field.</source>
<translation>在此工作的每个人的姓名和职务；F2 更改字段。</translation>
</message>
<message>
<source>Name another --base.</source>
<translation>请指定另一个 --base。</translation>
</message>
<message>
<source>Name another case.</source>
<translation>请指定另一个病例。</translation>
</message>
<message>
<source>Name another folder for the cases, or move this case away.</source>
<translation>请为病例指定另一个文件夹，或移走此病例。</translation>
</message>
<message>
<source>Name another folder.</source>
<translation>请指定其他文件夹。</translation>
</message>
<message>
<source>Name another model.</source>
<translation>请指定另一个模型。</translation>
</message>
<message>
<source>Name cells</source>
<translation>命名细胞</translation>
</message>
<message>
<source>Name its columns class and count.</source>
<translation>请将其列命名为 class 和 count。</translation>
</message>
<message>
<source>Name more cells. Those that are locked away to judge do not train.</source>
<translation>请命名更多细胞。留作评判的细胞不参与训练。</translation>
</message>
<message>
<source>Name or kind of the analyser</source>
<translation>分析仪名称或型号</translation>
</message>
<message>
<source>Name some cells of each class.</source>
<translation>请为每个类别命名一些细胞。</translation>
</message>
<message>
<source>Name two different classes.</source>
<translation>请指定两个不同的类别。</translation>
</message>
<message>
<source>Named by the model, {sureness} sure</source>
<translation>由模型命名，把握 {sureness}</translation>
</message>
<message>
<source>Named by you</source>
<translation>您已命名</translation>
</message>
<message>
<source>Names of cells (classifier)</source>
<translation>细胞命名(分类器)</translation>
</message>
<message>
<source>Names of persons, notes, label and macro pictures, the pictures' own metadata and the moments of edits are never exported.</source>
<translation>人名、备注、标签图和宏观图、图片自带的元数据以及编辑时间一律不导出。</translation>
</message>
<message>
<source>Needs a look</source>
<translation>需复核</translation>
</message>
<message>
<source>Network</source>
<translation>网络</translation>
</message>
<message>
<source>Neutrophil</source>
<translation>中性粒细胞</translation>
</message>
<message>
<source>New class</source>
<translation>新类别</translation>
</message>
<message>
<source>New class ({key})</source>
<translation>新类别 ({key})</translation>
</message>
<message>
<source>New class from pictures of one cell each…</source>
<translation>由单细胞图片新建类别…</translation>
</message>
<message>
<source>New class from the selected cells…</source>
<translation>由所选细胞新建类别…</translation>
</message>
<message>
<source>New here? A tour on the sample, three minutes</source>
<translation>初次使用？用示例导览，三分钟</translation>
</message>
<message>
<source>New key</source>
<translation>新按键</translation>
</message>
<message>
<source>Next</source>
<translation>优先</translation>
</message>
<message>
<source>Next cell to look at</source>
<translation>下一个待看的细胞</translation>
</message>
<message>
<source>Next doubtful cell</source>
<translation>下一个存疑细胞</translation>
</message>
<message>
<source>Next field</source>
<translation>下一视野</translation>
</message>
<message>
<source>Next field not yet visited</source>
<translation>下一个未看的视野</translation>
</message>
<message>
<source>Next picture</source>
<translation>下一张图片</translation>
</message>
<message>
<source>Next plane</source>
<translation>下一焦平面</translation>
</message>
<message>
<source>Next step</source>
<translation>下一步</translation>
</message>
<message>
<source>No analysis of this slide has begun.</source>
<translation>此玻片的分析尚未开始。</translation>
</message>
<message>
<source>No case can be made here: {reason}.</source>
<translation>无法在此处创建病例：{reason}。</translation>
</message>
<message>
<source>No case is open, so nothing is lost.</source>
<translation>未打开病例，因此没有丢失任何内容。</translation>
</message>
<message>
<source>No case open</source>
<translation>未打开病例</translation>
</message>
<message>
<source>No cell could be read.</source>
<translation>未能读取任何细胞。</translation>
</message>
<message>
<source>No cell has been read blindly or by a second reader yet, and no analyser's values are kept. The Reading menu begins a reading.</source>
<translation>尚无盲读或第二阅片者阅读的细胞，也没有保存分析仪数值。可从“阅片”菜单开始。</translation>
</message>
<message>
<source>No cell here was named by the model: there is nothing to explain.</source>
<translation>此处没有由模型命名的细胞：无可解释。</translation>
</message>
<message>
<source>No cell here. Click elsewhere, or drag a box.</source>
<translation>此处没有细胞。请单击别处，或拖出方框。</translation>
</message>
<message>
<source>No cell is called {title}.</source>
<translation>没有细胞标为“{title}”。</translation>
</message>
<message>
<source>No cell is chosen.</source>
<translation>未选择细胞。</translation>
</message>
<message>
<source>No cell is left to look at.</source>
<translation>没有待看的细胞了。</translation>
</message>
<message>
<source>No cell is left undecided</source>
<translation>没有未定的细胞</translation>
</message>
<message>
<source>No cell waits for a look. To sign press {key}.</source>
<translation>没有待复核的细胞。签发请按 {key}。</translation>
</message>
<message>
<source>No cell was locked away to judge by.</source>
<translation>没有锁定的细胞可供评判。</translation>
</message>
<message>
<source>No cells here</source>
<translation>此处没有细胞</translation>
</message>
<message>
<source>No cells yet</source>
<translation>尚无细胞</translation>
</message>
<message>
<source>No class differs beyond chance.</source>
<translation>没有类别的差异超出偶然。</translation>
</message>
<message>
<source>No command is called that.</source>
<translation>没有这个名称的命令。</translation>
</message>
<message>
<source>No doubtful cell is left</source>
<translation>没有存疑的细胞</translation>
</message>
<message>
<source>No doubtful cell is left.</source>
<translation>没有存疑的细胞了。</translation>
</message>
<message>
<source>No example is given.</source>
<translation>未给出样例。</translation>
</message>
<message>
<source>No finding is graded.</source>
<translation>没有所见被分级。</translation>
</message>
<message>
<source>No label</source>
<translation>无标签</translation>
</message>
<message>
<source>No leukocyte has been counted in this case yet.</source>
<translation>本病例尚未计数任何白细胞。</translation>
</message>
<message>
<source>No leukocyte is left that nobody has decided.</source>
<translation>没有尚无人判定的白细胞了。</translation>
</message>
<message>
<source>No leukocyte: left out</source>
<translation>不是白细胞：不计入</translation>
</message>
<message>
<source>No leukocytes</source>
<translation>无白细胞</translation>
</message>
<message>
<source>No model has named this cell yet. Analyse the picture again.</source>
<translation>尚无模型为此细胞命名。请重新分析图片。</translation>
</message>
<message>
<source>No model is installed.</source>
<translation>未安装模型。</translation>
</message>
<message>
<source>No model was taken into use.</source>
<translation>没有启用模型。</translation>
</message>
<message>
<source>No nucleus here. Click elsewhere, or drag a box.</source>
<translation>此处没有细胞核。请单击别处，或拖出方框。</translation>
</message>
<message>
<source>No other cell of this case is a sure {title} to compare with.</source>
<translation>本病例中没有其他确定的 {title} 可供比较。</translation>
</message>
<message>
<source>No outlined cell was locked away to judge by.</source>
<translation>没有留出用于评判的已勾画细胞。</translation>
</message>
<message>
<source>No picture chosen</source>
<translation>未选择图片</translation>
</message>
<message>
<source>No picture was locked away to judge by.</source>
<translation>没有留出用于评判的图片。</translation>
</message>
<message>
<source>No scale can be trusted: one is missing or only assumed</source>
<translation>没有可信的比例：缺失或仅为假定</translation>
</message>
<message>
<source>No setting is called that.</source>
<translation>没有这个名称的设置。</translation>
</message>
<message>
<source>No slide open</source>
<translation>未打开玻片</translation>
</message>
<message>
<source>No.</source>
<translation>编号</translation>
</message>
<message>
<source>Nobody has named it</source>
<translation>尚未命名</translation>
</message>
<message>
<source>None of the pictures can be read.</source>
<translation>没有一张图片可以读取。</translation>
</message>
<message>
<source>Not analysed</source>
<translation>未分析</translation>
</message>
<message>
<source>Not enough yet</source>
<translation>样例不足</translation>
</message>
<message>
<source>Not faithful: no better than a random map (deletion {number}, by chance {chance})</source>
<translation>不忠实：不优于随机热图（删除 {number}，随机 {chance}）</translation>
</message>
<message>
<source>Not in use: {what}; {whose}</source>
<translation>未使用：{what}；{whose}</translation>
</message>
<message>
<source>Not named</source>
<translation>未命名</translation>
</message>
<message>
<source>Not named further</source>
<translation>未进一步分类</translation>
</message>
<message>
<source>Not seen</source>
<translation>未见</translation>
</message>
<message>
<source>Not to be tested: the answer stays, whatever is blurred (deletion {number}, by chance {chance})</source>
<translation>无法检验：无论模糊何处，结果不变（删除 {number}，随机 {chance}）</translation>
</message>
<message>
<source>Note on the red cells taken away</source>
<translation>已移除红细胞备注</translation>
</message>
<message>
<source>Note on the red cells written</source>
<translation>已写红细胞备注</translation>
</message>
<message>
<source>Note written</source>
<translation>已写备注</translation>
</message>
<message>
<source>Nothing</source>
<translation>无</translation>
</message>
<message>
<source>Nothing is outlined yet: click on a cell first.</source>
<translation>尚未勾画：请先单击一个细胞。</translation>
</message>
<message>
<source>Nothing tells how well it does: that needs two cells of a class.</source>
<translation>无从得知效果如何：某一类别至少需要两个细胞。</translation>
</message>
<message>
<source>Nothing to show</source>
<translation>无可显示</translation>
</message>
<message>
<source>Nothing was changed in {file}, so nothing is lost.</source>
<translation>{file} 未作更改，因此没有丢失任何内容。</translation>
</message>
<message>
<source>Nothing: beside the leukocytes, out of the percentages</source>
<translation>无：与白细胞并列，不计入百分比</translation>
</message>
<message>
<source>Now (95 %)</source>
<translation>现在（95 %）</translation>
</message>
<message>
<source>Nucleus</source>
<translation>细胞核</translation>
</message>
<message>
<source>Nucleus of cell {number} outlined</source>
<translation>细胞 {number} 的细胞核已勾画</translation>
</message>
<message>
<source>Nucleus to cytoplasm</source>
<translation>核质比</translation>
</message>
<message>
<source>Number</source>
<translation>数量</translation>
</message>
<message>
<source>Of the diameters in two dimensions: no analyser's RDW, which is one of volumes</source>
<translation>二维直径的变异：不同于分析仪基于体积的 RDW</translation>
</message>
<message>
<source>Of the labels that need no look some are checked in an order drawn by chance, among the cells to look at next; how often they are wrong tells how far the others can be trusted</source>
<translation>在无需复核的标签中，按随机顺序抽查一些，混在接下来待看的细胞之中；其出错的频率说明其余标签可信的程度</translation>
</message>
<message>
<source>Of the whole window; the system's own scale counts besides.</source>
<translation>适用于整个窗口；系统缩放另计。</translation>
</message>
<message>
<source>Of the window. Reports and files stay English.</source>
<translation>窗口的语言。报告和文件保持英文。</translation>
</message>
<message>
<source>Of this classifier only colour order and shape could be checked: its answer is not known.</source>
<translation>对此分类器只能检查颜色顺序和形状：其正确答案未知。</translation>
</message>
<message>
<source>Of {all} cell that you judged since, it had been right on {number} before it learned of them, 95 % interval {low} to {high} %.</source>
<translation>此后您评判的 {all} 个细胞中，它在学习之前答对 {number} 个，95 % 区间 {low} 至 {high} %。</translation>
</message>
<message>
<source>Of {all} cells that you judged since, it had been right on {number} before it learned of them, 95 % interval {low} to {high} %.</source>
<translation>此后您评判的 {all} 个细胞中，它在学习之前答对 {number} 个，95 % 区间 {low} 至 {high} %。</translation>
</message>
<message>
<source>Of {all} cells, averaged over the classes, {was} ({wide}) were named rightly before and {now} ({range}) now, each cell judged without itself.</source>
<translation>{all} 个细胞按类别平均，之前命名正确 {was}（{wide}），现在 {now}（{range}）；评判每个细胞时不用其自身。</translation>
</message>
<message>
<source>Of {all} of your cases that did not train, fewer boxes are missing or wrong on {number} and more on {few}: too few to be told from chance.</source>
<translation>在未参与训练的 {all} 个病例中，{number} 个缺失或错误的框变少，{few} 个变多：数量太少，无法与偶然区分。</translation>
</message>
<message>
<source>Of {all} of your cases that did not train, {number} are outlined better and {few} worse: too few to be told from chance.</source>
<translation>在未参与训练的 {all} 个病例中，{number} 个勾画变好，{few} 个变差：数量太少，无法与偶然区分。</translation>
</message>
<message>
<source>Of {all} of your cells that did not train, {number} are named rightly only now and {few} only before: too few to be told from chance.</source>
<translation>在您未参与训练的 {all} 个细胞中，{number} 个仅现在命名正确，{few} 个仅以前命名正确：数量太少，无法与偶然区分。</translation>
</message>
<message>
<source>Of {all} of your cells that did not train, {number} are outlined better and {few} worse: too few to be told from chance.</source>
<translation>在未参与训练的 {all} 个细胞中，{number} 个勾画变好，{few} 个变差：数量太少，无法与偶然区分。</translation>
</message>
<message>
<source>Of {all} of your fields that did not train, fewer boxes are missing or wrong on {number} and more on {few}: too few to be told from chance.</source>
<translation>在未参与训练的 {all} 个视野中，{number} 个缺失或错误的框变少，{few} 个变多：数量太少，无法与偶然区分。</translation>
</message>
<message>
<source>Of {all} of your pictures that did not train, fewer boxes are missing or wrong on {number} and more on {few}: too few to be told from chance.</source>
<translation>在未参与训练的 {all} 张图片中，{number} 张缺失或错误的框变少，{few} 张变多：数量太少，无法与偶然区分。</translation>
</message>
<message>
<source>Of {all} of your pictures that did not train, {number} are outlined better and {few} worse: too few to be told from chance.</source>
<translation>在未参与训练的 {all} 张图片中，{number} 张勾画变好，{few} 张变差：数量太少，无法与偶然区分。</translation>
</message>
<message>
<source>Of {least} or more that touch; where platelets clump, a count is too low</source>
<translation>{least} 个或以上相互接触；血小板聚集时计数偏低</translation>
</message>
<message>
<source>On pictures that did not train it</source>
<translation>在未参与训练的图片上</translation>
</message>
<message>
<source>On the cells of the classes known before it is right {number} points less often.</source>
<translation>在原有类别的细胞上，正确率低 {number} 个百分点。</translation>
</message>
<message>
<source>On the drawn cells of the guard it outlines worse by {number} points.</source>
<translation>在用于守护的绘制细胞上，它的勾画差了 {number} 个百分点。</translation>
</message>
<message>
<source>On the drawn cells the cell is outlined worse than before: {number} % ({low} to {high}) before, {few} % ({first} to {many}) now.</source>
<translation>在绘制的细胞上，细胞的勾画比以前差：以前 {number} %（{low} 至 {high}），现在 {few} %（{first} 至 {many}）。</translation>
</message>
<message>
<source>On the drawn cells the nucleus is outlined worse than before: {number} % ({low} to {high}) before, {few} % ({first} to {many}) now.</source>
<translation>在绘制的细胞上，细胞核的勾画比以前差：以前 {number} %（{low} 至 {high}），现在 {few} %（{first} 至 {many}）。</translation>
</message>
<message>
<source>On the drawn fields of the guard it finds cells worse by {number} points.</source>
<translation>在用于守护的绘制视野上，它查找细胞差了 {number} 个百分点。</translation>
</message>
<message>
<source>On the slide</source>
<translation>在玻片上显示</translation>
</message>
<message>
<source>On your own cells that did not train it is worse: {number} points ({low} to {high}).</source>
<translation>在您未参与训练的细胞上变差：{number} 个百分点（{low} 至 {high}）。</translation>
</message>
<message>
<source>On {all} of your cases that did not train it finds cells better: {number} points ({low} to {high}).</source>
<translation>在您未参与训练的 {all} 个病例上，它查找细胞更好：{number} 个百分点({low} 至 {high})。</translation>
</message>
<message>
<source>On {all} of your cases that did not train it finds cells worse: {number} points ({low} to {high}).</source>
<translation>在您未参与训练的 {all} 个病例上，它查找细胞更差：{number} 个百分点({low} 至 {high})。</translation>
</message>
<message>
<source>On {all} of your cases that did not train: {number} points ({low} to {high}); that may be chance.</source>
<translation>在您未参与训练的 {all} 个病例上：{number} 个百分点({low} 至 {high});这可能是偶然。</translation>
</message>
<message>
<source>On {all} of your cells that did not train it is better: {number} points ({low} to {high}).</source>
<translation>在您未参与训练的 {all} 个细胞上变好：{number} 个百分点（{low} 至 {high}）。</translation>
</message>
<message>
<source>On {all} of your cells that did not train it outlines better: {number} points ({low} to {high}).</source>
<translation>在您未参与训练的 {all} 个细胞上，它勾画得更好：{number} 个百分点（{low} 至 {high}）。</translation>
</message>
<message>
<source>On {all} of your cells that did not train it outlines worse: {number} points ({low} to {high}).</source>
<translation>在您未参与训练的 {all} 个细胞上，它勾画得更差：{number} 个百分点（{low} 至 {high}）。</translation>
</message>
<message>
<source>On {all} of your cells that did not train: {number} points ({low} to {high}); that may be chance.</source>
<translation>在您未参与训练的 {all} 个细胞上：{number} 个百分点（{low} 至 {high}）；可能出于偶然。</translation>
</message>
<message>
<source>On {all} of your fields that did not train it finds cells better: {number} points ({low} to {high}).</source>
<translation>在您未参与训练的 {all} 个视野上，它查找细胞更好：{number} 个百分点({low} 至 {high})。</translation>
</message>
<message>
<source>On {all} of your fields that did not train it finds cells worse: {number} points ({low} to {high}).</source>
<translation>在您未参与训练的 {all} 个视野上，它查找细胞更差：{number} 个百分点({low} 至 {high})。</translation>
</message>
<message>
<source>On {all} of your fields that did not train: {number} points ({low} to {high}); that may be chance.</source>
<translation>在您未参与训练的 {all} 个视野上：{number} 个百分点({low} 至 {high});这可能是偶然。</translation>
</message>
<message>
<source>On {all} of your pictures that did not train it finds cells better: {number} points ({low} to {high}).</source>
<translation>在您未参与训练的 {all} 张图片上，它查找细胞更好：{number} 个百分点({low} 至 {high})。</translation>
</message>
<message>
<source>On {all} of your pictures that did not train it finds cells worse: {number} points ({low} to {high}).</source>
<translation>在您未参与训练的 {all} 张图片上，它查找细胞更差：{number} 个百分点({low} 至 {high})。</translation>
</message>
<message>
<source>On {all} of your pictures that did not train: {number} points ({low} to {high}); that may be chance.</source>
<translation>在您未参与训练的 {all} 张图片上：{number} 个百分点({low} 至 {high});这可能是偶然。</translation>
</message>
<message>
<source>On {fields:.1f} fields of {um:g} µm across, {area:.0f} µm² each; in brackets the 95 % interval of chance</source>
<translation>共 {fields:.1f} 个视野，直径 {um:g} µm，每个 {area:.0f} µm²；括号内为 95 % 随机区间</translation>
</message>
<message>
<source>On {number} of your cells that did not train both are right alike, so nothing tells them apart.</source>
<translation>在您未参与训练的 {number} 个细胞上，两者同样正确，无从区分。</translation>
</message>
<message>
<source>On {number} of your cells that did not train both outline alike, so nothing tells them apart.</source>
<translation>在您未参与训练的 {number} 个细胞上，两者勾画相同，无从区分。</translation>
</message>
<message>
<source>One cell alone tells nothing.</source>
<translation>单个细胞说明不了什么。</translation>
</message>
<message>
<source>One cell is called {title}.</source>
<translation>有 1 个细胞标为“{title}”。</translation>
</message>
<message>
<source>One picture alone tells nothing.</source>
<translation>仅一张图片说明不了什么。</translation>
</message>
<message>
<source>One tile a cell, all at the same scale, grouped by class, the doubtful ones first. A ? asks for a look. Try it: press ] for the most doubtful cell of all.</source>
<translation>每个细胞一个图块，比例相同，按类别分组，存疑者在前。? 表示需复核。试一试：按 ] 转到最存疑的细胞。</translation>
</message>
<message>
<source>One to one</source>
<translation>原始大小 1:1</translation>
</message>
<message>
<source>Only cases can be added.</source>
<translation>只能添加病例。</translation>
</message>
<message>
<source>Only cells that wait for a look lie over the slide.</source>
<translation>玻片上仅显示待复核的细胞。</translation>
</message>
<message>
<source>Only cells to look at on the slide</source>
<translation>玻片上仅显示待看的细胞</translation>
</message>
<message>
<source>Only classes of the selected cells on the slide</source>
<translation>玻片上仅显示所选细胞的类别</translation>
</message>
<message>
<source>Only classes of your own can.</source>
<translation>只有您自己的类别可以。</translation>
</message>
<message>
<source>Only {n} could be measured: they say little of the smear.</source>
<translation>只测量了 {n} 个：不足以说明整张涂片。</translation>
</message>
<message>
<source>Opacity of the map</source>
<translation>热图不透明度</translation>
</message>
<message>
<source>Open a file that is kept on a disk.</source>
<translation>请打开保存在磁盘上的文件。</translation>
</message>
<message>
<source>Open a folder of pictures</source>
<translation>打开图片文件夹</translation>
</message>
<message>
<source>Open a folder…</source>
<translation>打开文件夹…</translation>
</message>
<message>
<source>Open a slide or a JPEG, PNG, TIFF, BMP or WebP picture, or a folder that holds some.</source>
<translation>请打开玻片，或 JPEG、PNG、TIFF、BMP、WebP 图片，或含有这些文件的文件夹。</translation>
</message>
<message>
<source>Open a slide or a JPEG, PNG, TIFF, BMP or WebP picture.</source>
<translation>请打开玻片，或 JPEG、PNG、TIFF、BMP、WebP 图片。</translation>
</message>
<message>
<source>Open it again.</source>
<translation>请重新打开。</translation>
</message>
<message>
<source>Open it, or choose another name.</source>
<translation>请打开它，或另选名称。</translation>
</message>
<message>
<source>Open pictures and analyse them: every cell found appears here, by class.</source>
<translation>打开并分析图片：找到的每个细胞将按类别显示在此处。</translation>
</message>
<message>
<source>Open pictures, a slide or a case</source>
<translation>打开图片、玻片或病例</translation>
</message>
<message>
<source>Open pictures, a slide or a case…</source>
<translation>打开图片、玻片或病例…</translation>
</message>
<message>
<source>Open pictures…</source>
<translation>打开图片…</translation>
</message>
<message>
<source>Open recent</source>
<translation>最近打开</translation>
</message>
<message>
<source>Open the &amp;log folder</source>
<translation>打开日志文件夹(&amp;L)</translation>
</message>
<message>
<source>Open the case</source>
<translation>打开病例</translation>
</message>
<message>
<source>Open the files inside it.</source>
<translation>请打开其中的文件。</translation>
</message>
<message>
<source>Open the folder</source>
<translation>打开文件夹</translation>
</message>
<message>
<source>Open the picture that it belongs to.</source>
<translation>请打开它所属的图片。</translation>
</message>
<message>
<source>Open the pictures inside it.</source>
<translation>请打开其中的图片。</translation>
</message>
<message>
<source>Open the sample</source>
<translation>打开示例</translation>
</message>
<message>
<source>Open the table</source>
<translation>打开表格</translation>
</message>
<message>
<source>Opened {name}; one case is opened at a time.</source>
<translation>已打开 {name}；一次只能打开一个病例。</translation>
</message>
<message>
<source>Opening {name} …</source>
<translation>正在打开 {name} …</translation>
</message>
<message>
<source>Or say that these are percentages.</source>
<translation>或说明这些是百分比。</translation>
</message>
<message>
<source>Order of the gallery</source>
<translation>图库排序</translation>
</message>
<message>
<source>Other slides…</source>
<translation>其他玻片…</translation>
</message>
<message>
<source>Out of memory on {name} even one at a time: going on on the CPU.</source>
<translation>{name} 内存不足，逐个也不行：改用 CPU 继续。</translation>
</message>
<message>
<source>Out of memory on {name}: going on with {number} at a time.</source>
<translation>{name} 内存不足：改为每次 {number} 个继续。</translation>
</message>
<message>
<source>Outline</source>
<translation>轮廓</translation>
</message>
<message>
<source>Outline a cell at a click</source>
<translation>单击勾画细胞</translation>
</message>
<message>
<source>Outline about {count} more cells to tell.</source>
<translation>再勾画约 {count} 个细胞方可判断。</translation>
</message>
<message>
<source>Outline at a click</source>
<translation>单击勾画</translation>
</message>
<message>
<source>Outline found cells</source>
<translation>勾画已找到的细胞</translation>
</message>
<message>
<source>Outline it inside the cell, or the cell anew.</source>
<translation>请在细胞内勾画，或重新勾画细胞。</translation>
</message>
<message>
<source>Outline more cells. Those that are locked away to judge do not train.</source>
<translation>请勾画更多细胞。留作评判的细胞不参与训练。</translation>
</message>
<message>
<source>Outline nuclei, or cells again</source>
<translation>勾画细胞核，或恢复勾画细胞</translation>
</message>
<message>
<source>Outline of a cell</source>
<translation>细胞轮廓</translation>
</message>
<message>
<source>Outlines</source>
<translation>轮廓</translation>
</message>
<message>
<source>Outlines leukocytes of the usual stains; touching leukocytes may be outlined as one, and a pale cytoplasm on a pale ground is cut short.</source>
<translation>勾画常用染色的白细胞；相互接触的白细胞可能被勾画为一个，浅色背景上的浅色胞质会被截短。</translation>
</message>
<message>
<source>Outlines of cell and nucleus on the slide.</source>
<translation>玻片上细胞和细胞核的轮廓。</translation>
</message>
<message>
<source>Outlines of cells</source>
<translation>细胞轮廓</translation>
</message>
<message>
<source>Outlines of nuclei</source>
<translation>细胞核轮廓</translation>
</message>
<message>
<source>Outlines of white cells (segmenter)</source>
<translation>白细胞轮廓(分割器)</translation>
</message>
<message>
<source>Outlines that only judged</source>
<translation>仅用于评判的轮廓</translation>
</message>
<message>
<source>Outlines that trained</source>
<translation>参与训练的轮廓</translation>
</message>
<message>
<source>Outlines the cell that a person points at; the person looks at the outline.</source>
<translation>勾画人员所指的细胞；由人员查看轮廓。</translation>
</message>
<message>
<source>Outlining …</source>
<translation>正在勾画 …</translation>
</message>
<message>
<source>Outside the percentages</source>
<translation>不计入百分比</translation>
</message>
<message>
<source>Ovalocytes</source>
<translation>卵圆形红细胞</translation>
</message>
<message>
<source>Over the slide: {classes}.</source>
<translation>玻片上显示：{classes}。</translation>
</message>
<message>
<source>Overlap with yours</source>
<translation>与您的轮廓重合</translation>
</message>
<message>
<source>Overlays</source>
<translation>叠加层</translation>
</message>
<message>
<source>Overview map</source>
<translation>概览图</translation>
</message>
<message>
<source>Overview of {slide}</source>
<translation>{slide} 的概览</translation>
</message>
<message>
<source>Pages of the settings</source>
<translation>设置页面</translation>
</message>
<message>
<source>Paint a cell, or over the outline of one. Right button erases, [ and ] size the brush.</source>
<translation>绘制细胞，或修改其轮廓。右键擦除，[ 和 ] 调整画笔大小。</translation>
</message>
<message>
<source>Paint the nucleus; it stays inside its cell. Right button erases, [ and ] size the brush.</source>
<translation>绘制细胞核，不会超出细胞。右键擦除，[ 和 ] 调整画笔大小。</translation>
</message>
<message>
<source>Paint the outline with a brush</source>
<translation>用画笔绘制轮廓</translation>
</message>
<message>
<source>Pale centre over the cell</source>
<translation>中央淡染区与细胞之比</translation>
</message>
<message>
<source>Parasites</source>
<translation>寄生虫</translation>
</message>
<message>
<source>Parquet needs pyarrow, which is not installed.</source>
<translation>Parquet 需要 pyarrow，但未安装。</translation>
</message>
<message>
<source>Pause</source>
<translation>暂停</translation>
</message>
<message>
<source>Pause the analysis, or go on</source>
<translation>暂停或继续分析</translation>
</message>
<message>
<source>Paused.</source>
<translation>已暂停。</translation>
</message>
<message>
<source>Pausing at the next step.</source>
<translation>将在下一步暂停。</translation>
</message>
<message>
<source>Percent of the leukocytes</source>
<translation>占白细胞百分比</translation>
</message>
<message>
<source>Persons</source>
<translation>人员</translation>
</message>
<message>
<source>Persons…</source>
<translation>人员…</translation>
</message>
<message>
<source>Picture of the second view</source>
<translation>第二视图的图片</translation>
</message>
<message>
<source>Picture {number}</source>
<translation>图片 {number}</translation>
</message>
<message>
<source>Pictures</source>
<translation>图片</translation>
</message>
<message>
<source>Pictures (*.png *.jpg *.jpeg)</source>
<translation>图片 (*.png *.jpg *.jpeg)</translation>
</message>
<message>
<source>Pictures of cells</source>
<translation>细胞图片</translation>
</message>
<message>
<source>Pictures of one cell each</source>
<translation>单细胞图片</translation>
</message>
<message>
<source>Pictures of the case</source>
<translation>病例的图片</translation>
</message>
<message>
<source>Pictures or cells</source>
<translation>图片或细胞</translation>
</message>
<message>
<source>Pictures or fields</source>
<translation>图片或视野</translation>
</message>
<message>
<source>Pictures, slides and cases (*.png *.jpg *.jpeg *.bmp *.webp *.tif *.tiff *.svs *.ndpi *.mrxs *.scn *.vms *.bif *.dcm *.bvcase)</source>
<translation>图片、玻片和病例 (*.png *.jpg *.jpeg *.bmp *.webp *.tif *.tiff *.svs *.ndpi *.mrxs *.scn *.vms *.bif *.dcm *.bvcase)</translation>
</message>
<message>
<source>Pictures, whole slides, folders or a case. Every cell is found, outlined, named and counted.</source>
<translation>图片、全玻片、文件夹或病例。每个细胞都会被找到、勾画、命名并计数。</translation>
</message>
<message>
<source>Pictures: {names}{more}</source>
<translation>图片：{names}{more}</translation>
</message>
<message>
<source>Pixels of the picture on the screen: without a scale there is no magnification</source>
<translation>屏幕上的图片像素：没有比例就没有放大倍数</translation>
</message>
<message>
<source>Plane</source>
<translation>焦平面</translation>
</message>
<message>
<source>Plane {number} of {count}</source>
<translation>焦平面 {number} / {count}</translation>
</message>
<message>
<source>Plane {number} of {count} is shown. Shift+F5 analyses it.</source>
<translation>显示焦平面 {number} / {count}。Shift+F5 分析它。</translation>
</message>
<message>
<source>Platelet</source>
<translation>血小板</translation>
</message>
<message>
<source>Platelets</source>
<translation>血小板</translation>
</message>
<message>
<source>Platelets a litre for each one in a field of the microscope; each laboratory finds its own.</source>
<translation>显微镜每视野 1 个血小板相当于每升的血小板数；各实验室自行确定。</translation>
</message>
<message>
<source>Poikilocytosis</source>
<translation>异形红细胞</translation>
</message>
<message>
<source>Polychromasia</source>
<translation>多色性</translation>
</message>
<message>
<source>Poor</source>
<translation>差</translation>
</message>
<message>
<source>Precision on yours</source>
<translation>您的图片上的精度</translation>
</message>
<message>
<source>Press the key of a class, U or X.</source>
<translation>请按类别按键、U 或 X。</translation>
</message>
<message>
<source>Press the key of the cell's class.</source>
<translation>请按该细胞类别的按键。</translation>
</message>
<message>
<source>Press the new key; Escape gives up</source>
<translation>请按新的按键；Esc 放弃</translation>
</message>
<message>
<source>Press {key} to analyse what was stopped or failed.</source>
<translation>按 {key} 分析已停止或失败的图片。</translation>
</message>
<message>
<source>Previous cell to look at</source>
<translation>上一个待看的细胞</translation>
</message>
<message>
<source>Previous doubtful cell</source>
<translation>上一个存疑细胞</translation>
</message>
<message>
<source>Previous field</source>
<translation>上一视野</translation>
</message>
<message>
<source>Previous picture</source>
<translation>上一张图片</translation>
</message>
<message>
<source>Previous plane</source>
<translation>上一焦平面</translation>
</message>
<message>
<source>Processor (CPU)</source>
<translation>处理器 (CPU)</translation>
</message>
<message>
<source>Promyelocyte</source>
<translation>早幼粒细胞</translation>
</message>
<message>
<source>Put classes.txt or data.yaml beside it or above.</source>
<translation>请在其旁边或上级放置 classes.txt 或 data.yaml。</translation>
</message>
<message>
<source>Put pictures of one cell each into it.</source>
<translation>请放入每张只有一个细胞的图片。</translation>
</message>
<message>
<source>Put the file beside its card.</source>
<translation>请将该文件放在模型卡旁。</translation>
</message>
<message>
<source>Put the file beside its weights.</source>
<translation>请将该文件放在权重旁。</translation>
</message>
<message>
<source>Quit</source>
<translation>退出</translation>
</message>
<message>
<source>Random check of a confident label</source>
<translation>对有把握的标签随机抽查</translation>
</message>
<message>
<source>Random check: {number} of {many} confident labels wrong; of all {all} it may be {low} to {high} % (95 %)</source>
<translation>随机抽查：{many} 个有把握的标签中 {number} 个错误；全部 {all} 个中错误率可能为 {low} 至 {high} %（95 %）</translation>
</message>
<message>
<source>Rare classes were looked at</source>
<translation>罕见类别均已查看</translation>
</message>
<message>
<source>Read again</source>
<translation>重新读取</translation>
</message>
<message>
<source>Read as second reader</source>
<translation>作为第二阅片者阅片</translation>
</message>
<message>
<source>Read as second reader…</source>
<translation>作为第二阅片者阅片…</translation>
</message>
<message>
<source>Read blindly</source>
<translation>盲读</translation>
</message>
<message>
<source>Read blindly…</source>
<translation>盲读…</translation>
</message>
<message>
<source>Read the pictures of this case again with it</source>
<translation>用它重新读取本病例的图片</translation>
</message>
<message>
<source>Read the pictures of this case again with it; what you decided stays</source>
<translation>用它重新读取本病例的图片；您的判定保留</translation>
</message>
<message>
<source>Read two identifiers off the slide's label and the request, such as the patient's number and date of birth, and type them. A signed case is locked; it can be amended with a reason, and the signature is then kept as it was.</source>
<translation>请核对玻片标签和申请单，输入两个标识，例如患者编号和出生日期。签发后病例即被锁定；说明理由后可以修订，原签名将原样保留。</translation>
</message>
<message>
<source>Read with</source>
<translation>读取所用模型</translation>
</message>
<message>
<source>Read {which} of this case again with it; what you decided stays</source>
<translation>用它重新读取本病例的{which}；您的判定保留</translation>
</message>
<message>
<source>Reader</source>
<translation>阅片者</translation>
</message>
<message>
<source>Reading</source>
<translation>阅片</translation>
</message>
<message>
<source>Reading annotations …</source>
<translation>正在读取标注 …</translation>
</message>
<message>
<source>Reading the pictures of the cells</source>
<translation>正在读取细胞图片</translation>
</message>
<message>
<source>Reading {count:,} cells …</source>
<translation>正在读取 {count:,} 个细胞 …</translation>
</message>
<message>
<source>Ready to sign.</source>
<translation>可以签发。</translation>
</message>
<message>
<source>Reason</source>
<translation>原因</translation>
</message>
<message>
<source>Reason: {title}</source>
<translation>理由：{title}</translation>
</message>
<message>
<source>Recent cases</source>
<translation>最近的病例</translation>
</message>
<message>
<source>Recipe</source>
<translation>训练配方</translation>
</message>
<message>
<source>Red cell</source>
<translation>红细胞</translation>
</message>
<message>
<source>Red cells</source>
<translation>红细胞</translation>
</message>
<message>
<source>Red cells all normal: the rest not seen</source>
<translation>红细胞全部正常：其余均未见</translation>
</message>
<message>
<source>Red cells and platelets</source>
<translation>红细胞和血小板</translation>
</message>
<message>
<source>Red cells and platelets appear here once a picture is analysed.</source>
<translation>图片分析后，红细胞和血小板显示在此处。</translation>
</message>
<message>
<source>Red cells and platelets cut by the left or upper border: left out by the rule for cut cells</source>
<translation>被左边界或上边界切割的红细胞和血小板：按切割细胞规则不计入</translation>
</message>
<message>
<source>Red cells and platelets have no nucleus. Name the cell first if it is another one.</source>
<translation>红细胞和血小板没有细胞核。若是其他细胞，请先命名。</translation>
</message>
<message>
<source>Red cells are found by the detector; no classifier names them, so there is nothing to explain.</source>
<translation>红细胞由检测器找到，没有分类器为其命名，因此无可解释。</translation>
</message>
<message>
<source>Red cells by diameter in bars of a quarter µm; the dashed line is 7.5 µm, the mark above their mean</source>
<translation>红细胞直径分布，每柱 0.25 µm；虚线为 7.5 µm，上方标记为均值</translation>
</message>
<message>
<source>Red cells in the gallery</source>
<translation>图库中显示红细胞</translation>
</message>
<message>
<source>Red cells that overlap heavily are found as fewer; platelet clumps count as one or few; smudge cells, precipitate of stain and parasites are no kind of its own.</source>
<translation>严重重叠的红细胞会少找；血小板聚集计为一个或少数几个；涂抹细胞、染料沉渣和寄生虫不单独成类。</translation>
</message>
<message>
<source>Redo</source>
<translation>重做</translation>
</message>
<message>
<source>Redo: {title}</source>
<translation>重做：{title}</translation>
</message>
<message>
<source>Reference cells are not shown while labels are hidden.</source>
<translation>隐藏标签期间不显示参照细胞。</translation>
</message>
<message>
<source>Reference cells beside the cell</source>
<translation>细胞旁显示参照细胞</translation>
</message>
<message>
<source>Reference cells of the old classes, named rightly</source>
<translation>原有类别的参照细胞，命名正确</translation>
</message>
<message>
<source>Refine again.</source>
<translation>请重新改进。</translation>
</message>
<message>
<source>Refine the model</source>
<translation>改进模型</translation>
</message>
<message>
<source>Refine the model by corrections…</source>
<translation>用更正结果改进模型…</translation>
</message>
<message>
<source>Refine the model that it came from.</source>
<translation>请改进它所来自的模型。</translation>
</message>
<message>
<source>Refined by corrections</source>
<translation>用更正结果改进</translation>
</message>
<message>
<source>Refined by outlines of {number} cells of one laboratory.</source>
<translation>由一个实验室的 {number} 个细胞的轮廓改进。</translation>
</message>
<message>
<source>Refined by {number} corrections of one laboratory.</source>
<translation>由一个实验室的 {number} 处更正改进。</translation>
</message>
<message>
<source>Refined by {number} pictures of one laboratory.</source>
<translation>由一个实验室的 {number} 张图片改进。</translation>
</message>
<message>
<source>Refuse</source>
<translation>拒绝</translation>
</message>
<message>
<source>Refuse ({key})</source>
<translation>拒绝 ({key})</translation>
</message>
<message>
<source>Refuse the suggested cell</source>
<translation>拒绝建议的细胞</translation>
</message>
<message>
<source>Rejected</source>
<translation>已排除</translation>
</message>
<message>
<source>Remark on the red cells</source>
<translation>红细胞备注</translation>
</message>
<message>
<source>Remove</source>
<translation>删除</translation>
</message>
<message>
<source>Remove the class…</source>
<translation>删除此类别…</translation>
</message>
<message>
<source>Remove {model} from the disk?</source>
<translation>从磁盘上移除 {model}？</translation>
</message>
<message>
<source>Remove {title}</source>
<translation>删除“{title}”</translation>
</message>
<message>
<source>Remove…</source>
<translation>移除…</translation>
</message>
<message>
<source>Rename it.</source>
<translation>请重命名。</translation>
</message>
<message>
<source>Rename, move or recolour the class…</source>
<translation>重命名、移动类别或更改颜色…</translation>
</message>
<message>
<source>Report</source>
<translation>报告</translation>
</message>
<message>
<source>Report for the screen</source>
<translation>屏幕阅读报告</translation>
</message>
<message>
<source>Report on A4 pages</source>
<translation>A4 页面报告</translation>
</message>
<message>
<source>Report written: {out}</source>
<translation>报告已写出：{out}</translation>
</message>
<message>
<source>Review</source>
<translation>复核</translation>
</message>
<message>
<source>Review of blood smears: every cell found, outlined, named and counted, with an honest interval.</source>
<translation>血涂片复核：找到、勾画、命名并计数每个细胞，并如实给出区间。</translation>
</message>
<message>
<source>Right before</source>
<translation>之前正确</translation>
</message>
<message>
<source>Right now</source>
<translation>现在正确</translation>
</message>
<message>
<source>Right on yours</source>
<translation>您的数据正确率</translation>
</message>
<message>
<source>Role, such as pathologist</source>
<translation>职务，例如 病理医师</translation>
</message>
<message>
<source>Rouleaux</source>
<translation>缗钱状排列</translation>
</message>
<message>
<source>Runner-up</source>
<translation>次选</translation>
</message>
<message>
<source>Save case as</source>
<translation>病例另存为</translation>
</message>
<message>
<source>Save case as…</source>
<translation>病例另存为…</translation>
</message>
<message>
<source>Save it as UTF-8.</source>
<translation>请另存为 UTF-8。</translation>
</message>
<message>
<source>Save it as a baseline JPEG in RGB, or as a tiled, pyramidal TIFF.</source>
<translation>请另存为 RGB 的基线（非渐进式）JPEG，或分块的金字塔 TIFF。</translation>
</message>
<message>
<source>Save it as a tiled, pyramidal TIFF.</source>
<translation>请另存为分块金字塔 TIFF。</translation>
</message>
<message>
<source>Save it as an RGB TIFF.</source>
<translation>请另存为 RGB TIFF。</translation>
</message>
<message>
<source>Save it in labelme again.</source>
<translation>请在 labelme 中重新保存。</translation>
</message>
<message>
<source>Save it unpacked, or as a tiled, pyramidal TIFF.</source>
<translation>请另存为未压缩格式，或分块金字塔 TIFF。</translation>
</message>
<message>
<source>Save it upright, or as a tiled, pyramidal TIFF.</source>
<translation>请以正向保存，或另存为分块金字塔 TIFF。</translation>
</message>
<message>
<source>Save it without interlacing in 8 bits a colour, or as a tiled, pyramidal TIFF.</source>
<translation>请以每色 8 位、非隔行方式保存，或另存为分块金字塔 TIFF。</translation>
</message>
<message>
<source>Saved already</source>
<translation>已经保存</translation>
</message>
<message>
<source>Say which kinds of cells are marked throughout on these pictures.</source>
<translation>请说明在这些图片上哪些类型的细胞已全部标出。</translation>
</message>
<message>
<source>Scale</source>
<translation>比例</translation>
</message>
<message>
<source>Scale unknown</source>
<translation>比例未知</translation>
</message>
<message>
<source>Schistocytes</source>
<translation>裂红细胞</translation>
</message>
<message>
<source>Search the settings</source>
<translation>搜索设置</translation>
</message>
<message>
<source>Second identifier</source>
<translation>第二标识</translation>
</message>
<message>
<source>Second reader</source>
<translation>第二阅片者</translation>
</message>
<message>
<source>Second slide</source>
<translation>第二张玻片</translation>
</message>
<message>
<source>Second view beside</source>
<translation>并排第二视图</translation>
</message>
<message>
<source>See to it, or give a reason.</source>
<translation>请处理，或说明理由。</translation>
</message>
<message>
<source>Segmented neutrophil</source>
<translation>中性分叶核粒细胞</translation>
</message>
<message>
<source>Select a cell first, or point at one.</source>
<translation>请先选择或指向一个细胞。</translation>
</message>
<message>
<source>Select cells of the classes first.</source>
<translation>请先选择这些类别的细胞。</translation>
</message>
<message>
<source>Select five cells of a kind that is not in the list and press N. It answers within seconds and says how far to trust it.</source>
<translation>选择五个列表中没有的同类细胞，然后按 N。它数秒内即可作答，并说明可信程度。</translation>
</message>
<message>
<source>Select one cell or two to compare.</source>
<translation>请选择一个或两个细胞进行比较。</translation>
</message>
<message>
<source>Select the cells that show the new class first: Ctrl+click them in the gallery or drag a band around them. {number} are enough.</source>
<translation>请先选择能代表新类别的细胞：在图库中用 Ctrl+单击或拖框选择，{number} 个即可。</translation>
</message>
<message>
<source>Select the one cell that reference cells are to stand beside.</source>
<translation>请选择要在其旁显示参照细胞的那一个细胞。</translation>
</message>
<message>
<source>Select the one cell that the others are to be compared with.</source>
<translation>请选择要与其他细胞比较的那一个细胞。</translation>
</message>
<message>
<source>Select two touching cells first: click on one, then Shift and click on the other.</source>
<translation>请先选择两个相接的细胞：单击一个，再 Shift + 单击另一个。</translation>
</message>
<message>
<source>Settings</source>
<translation>设置</translation>
</message>
<message>
<source>Settings…</source>
<translation>设置…</translation>
</message>
<message>
<source>Settle disagreements</source>
<translation>解决分歧</translation>
</message>
<message>
<source>Settled as</source>
<translation>裁定为</translation>
</message>
<message>
<source>Shape</source>
<translation>形状</translation>
</message>
<message>
<source>Shape: {shape}</source>
<translation>形状：{shape}</translation>
</message>
<message>
<source>Share a class</source>
<translation>共享类别</translation>
</message>
<message>
<source>Share of the red cells above {um:g} µm</source>
<translation>大于 {um:g} µm 的红细胞比例</translation>
</message>
<message>
<source>Share of the red cells below {um:g} µm</source>
<translation>小于 {um:g} µm 的红细胞比例</translation>
</message>
<message>
<source>Share of the red cells longer than {times:g} times their width</source>
<translation>长度超过宽度 {times:g} 倍的红细胞比例</translation>
</message>
<message>
<source>Share of the red cells whose pale centre is narrower than {share:g} of them</source>
<translation>中央淡染区不足细胞 {share:g} 的红细胞比例</translation>
</message>
<message>
<source>Share of the red cells whose pale centre is wider than {share:g} of them</source>
<translation>中央淡染区超过细胞 {share:g} 的红细胞比例</translation>
</message>
<message>
<source>Share of the red cells with a circularity below {least:g}</source>
<translation>圆度低于 {least:g} 的红细胞比例</translation>
</message>
<message>
<source>Share the class as a file…</source>
<translation>将此类别共享为文件…</translation>
</message>
<message>
<source>Show label and overview of the glass, which may carry a name</source>
<translation>显示标签和整张玻片概览（可能含有姓名）</translation>
</message>
<message>
<source>Show the picture as it is</source>
<translation>按原样显示图片</translation>
</message>
<message>
<source>Sickle cells</source>
<translation>镰状红细胞</translation>
</message>
<message>
<source>Sign</source>
<translation>签发</translation>
</message>
<message>
<source>Sign {case_name}</source>
<translation>签发 {case_name}</translation>
</message>
<message>
<source>Signature taken back for an amendment</source>
<translation>为修订收回签名</translation>
</message>
<message>
<source>Signed by</source>
<translation>签发人</translation>
</message>
<message>
<source>Signed by {name}</source>
<translation>已由 {name} 签发</translation>
</message>
<message>
<source>Signed by {name}. The case is locked; the report is no draft any more.</source>
<translation>已由 {name} 签发。病例已锁定；报告不再是草稿。</translation>
</message>
<message>
<source>Sign…</source>
<translation>签发…</translation>
</message>
<message>
<source>Size</source>
<translation>大小</translation>
</message>
<message>
<source>Size of a tile</source>
<translation>图块大小</translation>
</message>
<message>
<source>Size of texts</source>
<translation>文字大小</translation>
</message>
<message>
<source>Slide</source>
<translation>玻片</translation>
</message>
<message>
<source>Slides</source>
<translation>玻片</translation>
</message>
<message>
<source>Slides are being analysed overnight: {folder}</source>
<translation>正在夜间分析玻片：{folder}</translation>
</message>
<message>
<source>Slides are still being analysed.</source>
<translation>仍有玻片正在分析。</translation>
</message>
<message>
<source>Slides at once</source>
<translation>同时处理的玻片数</translation>
</message>
<message>
<source>Slides that were analysed</source>
<translation>已分析的玻片</translation>
</message>
<message>
<source>Slides to analyse overnight</source>
<translation>夜间要分析的玻片</translation>
</message>
<message>
<source>Slight</source>
<translation>轻微</translation>
</message>
<message>
<source>Something went wrong that BloodView did not expect.</source>
<translation>BloodView 遇到了意料之外的错误。</translation>
</message>
<message>
<source>Sort </source>
<translation>排序 </translation>
</message>
<message>
<source>Sort by doubt</source>
<translation>按存疑程度排序</translation>
</message>
<message>
<source>Sort by likeness to the selected cell</source>
<translation>按与所选细胞的相似度排序</translation>
</message>
<message>
<source>Sort by size</source>
<translation>按大小排序</translation>
</message>
<message>
<source>Sort by time</source>
<translation>按时间排序</translation>
</message>
<message>
<source>Sort by unfamiliarity</source>
<translation>按不熟悉程度排序</translation>
</message>
<message>
<source>Sort by what to look at next</source>
<translation>按查看优先级排序</translation>
</message>
<message>
<source>Space + drag, or drag</source>
<translation>空格 + 拖动，或拖动</translation>
</message>
<message>
<source>Spherocytes</source>
<translation>球形红细胞</translation>
</message>
<message>
<source>Split a cell along a line</source>
<translation>沿线分割细胞</translation>
</message>
<message>
<source>Stain and camera are familiar</source>
<translation>染色和相机均为模型所熟悉</translation>
</message>
<message>
<source>Stands for many cells like it, of which none was decided</source>
<translation>代表许多类似的细胞，其中尚无一个被判定</translation>
</message>
<message>
<source>Start</source>
<translation>开始</translation>
</message>
<message>
<source>Still needed: {things}.</source>
<translation>还需要：{things}。</translation>
</message>
<message>
<source>Stomatocytes</source>
<translation>口形红细胞</translation>
</message>
<message>
<source>Stop</source>
<translation>停止</translation>
</message>
<message>
<source>Stop the analysis</source>
<translation>停止分析</translation>
</message>
<message>
<source>Stop the analysis; what is done stays</source>
<translation>停止分析；已完成的保留</translation>
</message>
<message>
<source>Stopped half way · {text}</source>
<translation>中途停止 · {text}</translation>
</message>
<message>
<source>Stopping at the next step.</source>
<translation>将在下一步停止。</translation>
</message>
<message>
<source>Stopping …</source>
<translation>正在停止 …</translation>
</message>
<message>
<source>Substantial</source>
<translation>高度一致</translation>
</message>
<message>
<source>Suggested cell</source>
<translation>建议的细胞</translation>
</message>
<message>
<source>Tab: the other cell · class keys name the framed one · R: reference cells · wheel: zoom · Esc: back</source>
<translation>Tab：另一个细胞 · 类别按键命名加框者 · R：参照细胞 · 滚轮：缩放 · Esc：返回</translation>
</message>
<message>
<source>Table</source>
<translation>表格</translation>
</message>
<message>
<source>Tables of counts (*.csv)</source>
<translation>计数表格 (*.csv)</translation>
</message>
<message>
<source>Take in</source>
<translation>取用</translation>
</message>
<message>
<source>Take in a class</source>
<translation>取用类别</translation>
</message>
<message>
<source>Take in a class that was kept or shared…</source>
<translation>取用保留或共享的类别…</translation>
</message>
<message>
<source>Take the method similarity, or another class.</source>
<translation>请使用 similarity 方法，或换一个类别。</translation>
</message>
<message>
<source>Taken out by a person: left out</source>
<translation>由人排除：不计入</translation>
</message>
<message>
<source>Target cells</source>
<translation>靶形红细胞</translation>
</message>
<message>
<source>Taught by you, {sureness} sure</source>
<translation>由您教授，把握 {sureness}</translation>
</message>
<message>
<source>Taught classes by examples</source>
<translation>用样例教过类别</translation>
</message>
<message>
<source>Teardrop cells</source>
<translation>泪滴形红细胞</translation>
</message>
<message>
<source>That cell lies in another case; open it to see the cell.</source>
<translation>该细胞在另一病例中；打开该病例即可查看。</translation>
</message>
<message>
<source>That is no better: the model as it was is as good a choice.</source>
<translation>没有改善：原模型同样可选。</translation>
</message>
<message>
<source>The BMP file is cut short: a part of the picture is missing.</source>
<translation>BMP 文件不完整：缺少部分图片。</translation>
</message>
<message>
<source>The BMP picture of {number} x {many} pixels is packed, so it cannot be read row by row.</source>
<translation>{number} x {many} 像素的 BMP 图片经过压缩，无法逐行读取。</translation>
</message>
<message>
<source>The JPEG file is cut short: it ends before the picture begins.</source>
<translation>JPEG 文件不完整：在图片开始前就结束了。</translation>
</message>
<message>
<source>The JPEG file is cut short: the lower part of the picture is missing.</source>
<translation>JPEG 文件不完整：缺少图片下部。</translation>
</message>
<message>
<source>The JPEG picture of {number} x {many} pixels is in CMYK, so it cannot be read row by row.</source>
<translation>{number} x {many} 像素的 JPEG 图片为 CMYK 颜色，无法逐行读取。</translation>
</message>
<message>
<source>The JPEG picture of {number} x {many} pixels is progressive, so it cannot be read row by row.</source>
<translation>{number} x {many} 像素的 JPEG 图片为渐进式存储，无法逐行读取。</translation>
</message>
<message>
<source>The PNG file is cut short: its end is missing.</source>
<translation>PNG 文件不完整：缺少结尾。</translation>
</message>
<message>
<source>The PNG file is damaged: a checksum does not fit.</source>
<translation>PNG 文件已损坏：校验和不符。</translation>
</message>
<message>
<source>The PNG picture of {number} x {many} pixels is stored {name}, so it cannot be read row by row.</source>
<translation>{number} x {many} 像素的 PNG 图片以 {name} 方式存储，无法逐行读取。</translation>
</message>
<message>
<source>The TIFF file cannot be read any more: {reason}.</source>
<translation>TIFF 文件无法再读取：{reason}。</translation>
</message>
<message>
<source>The TIFF file is cut short: a part of the picture is missing.</source>
<translation>TIFF 文件不完整：缺少部分图片。</translation>
</message>
<message>
<source>The TIFF file is cut short: its directory is missing.</source>
<translation>TIFF 文件不完整：缺少目录。</translation>
</message>
<message>
<source>The TIFF file is damaged at {name}: {reason}.</source>
<translation>TIFF 文件在 {name} 处损坏：{reason}。</translation>
</message>
<message>
<source>The TIFF file is damaged: {reason}.</source>
<translation>TIFF 文件已损坏：{reason}。</translation>
</message>
<message>
<source>The TIFF header promises {number} x {many} pixels, and the file does not hold them.</source>
<translation>TIFF 文件头声明 {number} x {many} 像素，但文件中没有这些像素。</translation>
</message>
<message>
<source>The WebP file holds no picture.</source>
<translation>WebP 文件中没有图片。</translation>
</message>
<message>
<source>The WebP file is cut short: a part of the picture is missing.</source>
<translation>WebP 文件不完整：缺少部分图片。</translation>
</message>
<message>
<source>The analyser counted nothing.</source>
<translation>分析仪没有计数。</translation>
</message>
<message>
<source>The analysis overnight cannot be started: {why}.</source>
<translation>无法启动夜间分析：{why}。</translation>
</message>
<message>
<source>The analysis overnight ended: {why}</source>
<translation>夜间分析已结束：{why}</translation>
</message>
<message>
<source>The analysis stopped half way on 1 picture.</source>
<translation>有 1 张图片的分析中途停止。</translation>
</message>
<message>
<source>The analysis stopped half way on {number:,} pictures.</source>
<translation>有 {number:,} 张图片的分析中途停止。</translation>
</message>
<message>
<source>The box lies outside the picture.</source>
<translation>方框在图片之外。</translation>
</message>
<message>
<source>The case and its pictures, with what was found in each. The sample is being analysed: the bar at the bottom shows how far it is. Nothing is asked of you meanwhile.</source>
<translation>病例及其图片，以及每张图片中找到的内容。正在分析示例：底部进度条显示进展。期间无需您操作。</translation>
</message>
<message>
<source>The case cannot be written: it is open for reading only.</source>
<translation>病例不可写：以只读方式打开。</translation>
</message>
<message>
<source>The case could not be saved here: {reason}.</source>
<translation>病例无法保存到此处：{reason}。</translation>
</message>
<message>
<source>The case holds no values of an analyser.</source>
<translation>病例中没有分析仪数值。</translation>
</message>
<message>
<source>The case is not signed, so there is nothing to amend.</source>
<translation>病例尚未签发，无可修订。</translation>
</message>
<message>
<source>The case is now {path}</source>
<translation>病例现为 {path}</translation>
</message>
<message>
<source>The case is open again; the signature before is kept.</source>
<translation>病例已重新打开；之前的签名保留。</translation>
</message>
<message>
<source>The case is open in another window or program: this is how it stood at {time}, for reading only.</source>
<translation>病例已在其他窗口或程序中打开：此处为 {time} 时的状态，只读。</translation>
</message>
<message>
<source>The case is signed by {name}; nothing can be changed.</source>
<translation>病例已由 {name} 签发；不能更改。</translation>
</message>
<message>
<source>The case lies on a network share: each edit is as safe as elsewhere, but slower.</source>
<translation>病例位于网络共享：每次编辑同样安全，但较慢。</translation>
</message>
<message>
<source>The cases are put into {folder}.</source>
<translation>病例存放在 {folder}。</translation>
</message>
<message>
<source>The cell at a click or in a box: leukocyte, red cell or platelet</source>
<translation>单击处或方框内的细胞：白细胞、红细胞或血小板</translation>
</message>
<message>
<source>The cells come from one case, so whole pictures of it judge: if they show one patient, the figures promise too much for the next.</source>
<translation>细胞来自同一病例，因此由其整张图片评判：若它们属于一位患者，则这些指标对下一位患者过于乐观。</translation>
</message>
<message>
<source>The cells come from one picture, so single cells of it judge: the figures say nothing of another slide.</source>
<translation>细胞来自同一图片，因此由其单个细胞评判：这些指标不能说明另一张玻片。</translation>
</message>
<message>
<source>The cells do not touch: they lie too far apart to be one.</source>
<translation>细胞不相接：相距过远，不能合为一个。</translation>
</message>
<message>
<source>The cells lie on different pictures.</source>
<translation>细胞位于不同的图片上。</translation>
</message>
<message>
<source>The class answers in this case from the examples that it had. Which one?</source>
<translation>该类别将凭其原有样例用于本病例。选择哪一个？</translation>
</message>
<message>
<source>The class has no name.</source>
<translation>类别没有名称。</translation>
</message>
<message>
<source>The class is learned from {words} and answers within seconds. Every correction makes it better.</source>
<translation>类别从 {words}学习，数秒内即可作答。每次更正都会使其更好。</translation>
</message>
<message>
<source>The class is made from {words}. It answers for itself from {number} different examples on; until then only you name cells by it.</source>
<translation>类别由 {words}创建。有 {number} 个不同样例后它才自行作答；在此之前只有您用它命名细胞。</translation>
</message>
<message>
<source>The classes are uneven: {number} {title} to {few} {other}; each counts alike.</source>
<translation>各类数量不均：{number} 个 {title} 对 {few} 个 {other}；每类权重相同。</translation>
</message>
<message>
<source>The clock was set back: {number} entries are dated before those they follow, first entry {first}.</source>
<translation>时钟曾被调回：{number} 条记录的时间早于其前一条，首条为第 {first} 条。</translation>
</message>
<message>
<source>The clock was set back: {number} entry is dated before the one it follows, first entry {first}.</source>
<translation>时钟曾被调回：{number} 条记录的时间早于其前一条，首条为第 {first} 条。</translation>
</message>
<message>
<source>The colours of the window. They never touch the picture.</source>
<translation>窗口的颜色。不影响图片。</translation>
</message>
<message>
<source>The colours of this TIFF are stored in a way that is not read (photometric {name}).</source>
<translation>无法读取此 TIFF 的颜色存储方式 (photometric {name})。</translation>
</message>
<message>
<source>The count</source>
<translation>计数</translation>
</message>
<message>
<source>The counts lack what lies there.</source>
<translation>计数中缺少这些部分的细胞。</translation>
</message>
<message>
<source>The device {name} is not on this machine.</source>
<translation>此计算机上没有设备 {name}。</translation>
</message>
<message>
<source>The differential appears here while the pictures are analysed.</source>
<translation>分析图片时，分类计数显示在此处。</translation>
</message>
<message>
<source>The differential is hidden until the reading is finished.</source>
<translation>阅片结束前不显示分类计数。</translation>
</message>
<message>
<source>The differential shows how many are still to come.</source>
<translation>分类计数会显示还差多少个。</translation>
</message>
<message>
<source>The fields come from one slide, so some of them judge: the figures say nothing of another slide.</source>
<translation>这些视野来自同一张玻片，因此由其中一部分评判：数字不能说明另一张玻片。</translation>
</message>
<message>
<source>The figures come from these cells alone; where several lie on one slide, they promise too much.</source>
<translation>这些数字仅来自这些细胞；若多个细胞在同一玻片上，数字会偏乐观。</translation>
</message>
<message>
<source>The file cannot be read any more: {reason}</source>
<translation>文件无法再读取：{reason}</translation>
</message>
<message>
<source>The file cannot be read: {reason}.</source>
<translation>无法读取文件：{reason}。</translation>
</message>
<message>
<source>The file holds nothing but zeros.</source>
<translation>文件内容全为零。</translation>
</message>
<message>
<source>The file holds text, not a picture.</source>
<translation>文件内容是文本，不是图片。</translation>
</message>
<message>
<source>The file is empty.</source>
<translation>文件为空。</translation>
</message>
<message>
<source>The file is not a picture that BloodView knows.</source>
<translation>该文件不是 BloodView 能识别的图片。</translation>
</message>
<message>
<source>The file is {name}, which BloodView does not read.</source>
<translation>文件是 {name}，BloodView 不读取这种格式。</translation>
</message>
<message>
<source>The file's name is no text.</source>
<translation>文件名不是文字。</translation>
</message>
<message>
<source>The file's own choice</source>
<translation>文件自选</translation>
</message>
<message>
<source>The file's own choice of plane is shown.</source>
<translation>显示文件自选的焦平面。</translation>
</message>
<message>
<source>The file's scale of {number} um/px cannot be right and was not used.</source>
<translation>文件所给比例 {number} um/px 不可能正确，未采用。</translation>
</message>
<message>
<source>The files were not checked in this window yet.</source>
<translation>此窗口中尚未核对文件。</translation>
</message>
<message>
<source>The folder cannot be made: {why}.</source>
<translation>无法创建文件夹：{why}。</translation>
</message>
<message>
<source>The folder cannot be read: {reason}.</source>
<translation>无法读取文件夹：{reason}。</translation>
</message>
<message>
<source>The folder holds no pictures ({number} other file).</source>
<translation>文件夹中没有图片（有 {number} 个其他文件）。</translation>
</message>
<message>
<source>The folder holds no pictures ({number} other files).</source>
<translation>文件夹中没有图片（有 {number} 个其他文件）。</translation>
</message>
<message>
<source>The folder is empty.</source>
<translation>文件夹为空。</translation>
</message>
<message>
<source>The gain may be chance; more cells would tell.</source>
<translation>改善可能出于偶然；更多细胞才能说明。</translation>
</message>
<message>
<source>The gallery</source>
<translation>图库</translation>
</message>
<message>
<source>The import names a cell twice.</source>
<translation>导入内容两次提到同一个细胞。</translation>
</message>
<message>
<source>The journal is NOT as BloodView wrote it.</source>
<translation>操作记录与 BloodView 所写【不一致】。</translation>
</message>
<message>
<source>The journal is whole: {number} entries are as BloodView wrote them, seal {seal}.</source>
<translation>操作记录完整：{number} 条均与 BloodView 所写一致，封印 {seal}。</translation>
</message>
<message>
<source>The journal is whole: {number} entry is as BloodView wrote them, seal {seal}.</source>
<translation>操作记录完整：{number} 条与 BloodView 所写一致，封印 {seal}。</translation>
</message>
<message>
<source>The key of a class that was added belongs to the case: change it in the Class menu.</source>
<translation>新增类别的按键属于病例：请在“类别”菜单中更改。</translation>
</message>
<message>
<source>The key {key} is in use: {title}. Choose another key.</source>
<translation>按键 {key} 已被占用：{title}。请另选按键。</translation>
</message>
<message>
<source>The key {name} already gives {title}.</source>
<translation>按键 {name} 已用于 {title}。</translation>
</message>
<message>
<source>The known answer of the sample is missing or damaged.</source>
<translation>样本的已知答案缺失或已损坏。</translation>
</message>
<message>
<source>The labels of the first reader and of the machine are hidden.</source>
<translation>第一阅片者和机器的标签均已隐藏。</translation>
</message>
<message>
<source>The labels of the first reader are hidden.</source>
<translation>第一阅片者的标签已隐藏。</translation>
</message>
<message>
<source>The last layer: what follows from what the network sees. A minute or two.</source>
<translation>末层：网络所见如何归类。一两分钟。</translation>
</message>
<message>
<source>The letters and colours here are the classes. Select a cell and press a digit or letter to name it, Enter to confirm, U if it cannot be told, X to leave it out. Ctrl+Z undoes, without end.</source>
<translation>此处的字母和颜色代表类别。选择细胞后按数字或字母命名，Enter 确认，U 表示无法判定，X 排除。Ctrl+Z 可无限撤销。</translation>
</message>
<message>
<source>The line does not part the cell in two.</source>
<translation>这条线没有将细胞分为两个。</translation>
</message>
<message>
<source>The machine says</source>
<translation>机器结果</translation>
</message>
<message>
<source>The machine's labels are hidden until you answer.</source>
<translation>在您作答之前不显示机器标签。</translation>
</message>
<message>
<source>The machine's word was hidden until the answer.</source>
<translation>作答之前不显示机器的命名。</translation>
</message>
<message>
<source>The mark of a class has one or two letters.</source>
<translation>类别标记为一到两个字母。</translation>
</message>
<message>
<source>The model could not be refined: {why}</source>
<translation>无法改进模型：{why}</translation>
</message>
<message>
<source>The model keeps nothing of this cell that others could be compared with.</source>
<translation>模型没有保留此细胞可供比较的内容。</translation>
</message>
<message>
<source>The model names cells {name}, a class that this case does not have.</source>
<translation>模型把细胞命名为 {name}，而本病例没有这个类别。</translation>
</message>
<message>
<source>The models answer wrongly on this device ({name}), on a cell whose answer is known: {kind}.</source>
<translation>模型在此设备（{name}）上对答案已知的细胞回答错误：{kind}。</translation>
</message>
<message>
<source>The models answer wrongly on this device ({name}), on a cell whose answer is known: {reason}.</source>
<translation>模型在此设备（{name}）上对一个已知答案的细胞给出了错误答案：{reason}。</translation>
</message>
<message>
<source>The models answer wrongly on this device.</source>
<translation>模型在此设备上给出错误的答案。</translation>
</message>
<message>
<source>The models could not be loaded.</source>
<translation>无法加载模型。</translation>
</message>
<message>
<source>The models that came with BloodView are used.</source>
<translation>使用 BloodView 自带的模型。</translation>
</message>
<message>
<source>The name</source>
<translation>名称</translation>
</message>
<message>
<source>The name of the class holds signs that are no text.</source>
<translation>类别名称含有非文字符号。</translation>
</message>
<message>
<source>The name of the class is too long.</source>
<translation>类别名称过长。</translation>
</message>
<message>
<source>The name that the journal gets with each edit, and that signs.</source>
<translation>操作记录中每次编辑及签发所用的姓名。</translation>
</message>
<message>
<source>The next doubtful cell is selected once one has been decided.</source>
<translation>判定一个细胞后，自动选择下一个存疑细胞。</translation>
</message>
<message>
<source>The note</source>
<translation>备注</translation>
</message>
<message>
<source>The note is empty.</source>
<translation>备注为空。</translation>
</message>
<message>
<source>The nucleus lies beyond its cell.</source>
<translation>细胞核超出细胞。</translation>
</message>
<message>
<source>The one in use</source>
<translation>使用中的模型</translation>
</message>
<message>
<source>The one in use unless another is chosen here.</source>
<translation>除非在此另选，否则为使用中的模型。</translation>
</message>
<message>
<source>The outline lies outside the picture, or holds nothing.</source>
<translation>轮廓在图片之外，或其中没有内容。</translation>
</message>
<message>
<source>The part at {number}, {y} could not be read: {reason}</source>
<translation>位于 {number}, {y} 的部分无法读取：{reason}</translation>
</message>
<message>
<source>The percentages sum to {number}.</source>
<translation>百分比之和为 {number}。</translation>
</message>
<message>
<source>The picture ({number} x {many} pixels) is packed in pieces too large to open.</source>
<translation>图片（{number} x {many} 像素）的压缩块太大，无法打开。</translation>
</message>
<message>
<source>The picture claims {number} x {many} pixels, more than the {all} million that are opened at once.</source>
<translation>图片声称有 {number} x {many} 像素，超过一次可打开的 {all} 百万像素。</translation>
</message>
<message>
<source>The pictures come from one case, so some of them judge: if they show one patient, the figures promise too much for the next.</source>
<translation>这些图片来自同一病例，因此由其中一部分评判：若属于同一患者，数字对下一位患者过于乐观。</translation>
</message>
<message>
<source>The reason</source>
<translation>理由</translation>
</message>
<message>
<source>The refined model was judged: {answer}.</source>
<translation>改进后的模型评判结果：{answer}。</translation>
</message>
<message>
<source>The refinement has not ended.</source>
<translation>改进尚未结束。</translation>
</message>
<message>
<source>The refinement was discarded.</source>
<translation>已放弃改进。</translation>
</message>
<message>
<source>The review goes on meanwhile; this window may be closed and opened again.</source>
<translation>期间可继续复核；此窗口可关闭后再打开。</translation>
</message>
<message>
<source>The same cells where they lie. The wheel zooms, a drag moves. Click a cell and the gallery shows it. H hides all marks, and brings them back.</source>
<translation>同样的细胞在其原位置。滚轮缩放，拖动移动。单击细胞，图库随之显示。H 隐藏或恢复所有标记。</translation>
</message>
<message>
<source>The same error again; it is in the log. Everything decided so far is on the disk.</source>
<translation>同一错误再次出现；已记入日志。到目前为止的判定均已存盘。</translation>
</message>
<message>
<source>The scale could not be measured: a part of it cannot be read.</source>
<translation>无法测量比例：有一部分无法读取。</translation>
</message>
<message>
<source>The scale is not known and no red cells tell it: windows follow each cell's own size.</source>
<translation>比例未知，也无红细胞可供推定：窗口按每个细胞自身大小设定。</translation>
</message>
<message>
<source>The scale of a picture is not known: its cell is shown by its box.</source>
<translation>图片比例未知：按方框显示其细胞。</translation>
</message>
<message>
<source>The scale was read off the red cells themselves, taken to be 7.5 µm wide: their mean is so by construction, and only sizes relative to it say something.</source>
<translation>比例由红细胞本身推定，按宽 7.5 µm 计：其均值因此固定，只有相对大小有意义。</translation>
</message>
<message>
<source>The settings could not be saved: {error}</source>
<translation>无法保存设置：{error}</translation>
</message>
<message>
<source>The side of a cell's picture in the gallery; Ctrl + wheel changes it too.</source>
<translation>图库中细胞图片的边长；Ctrl + 滚轮也可更改。</translation>
</message>
<message>
<source>The slide</source>
<translation>玻片</translation>
</message>
<message>
<source>The slide cannot be opened: {reason}.</source>
<translation>无法打开玻片：{reason}。</translation>
</message>
<message>
<source>The slide is another than the one its case was made of: the file was replaced.</source>
<translation>该玻片与其病例所用的不同：文件已被替换。</translation>
</message>
<message>
<source>The slide is damaged near x {number}, y {y}: {reason}.</source>
<translation>玻片在 x {number}、y {y} 附近损坏：{reason}。</translation>
</message>
<message>
<source>The slide was closed.</source>
<translation>玻片已关闭。</translation>
</message>
<message>
<source>The slides of the night are analysed: {folder}</source>
<translation>夜间的玻片已分析：{folder}</translation>
</message>
<message>
<source>The stain or camera of {number} of {all} pictures is unlike the training pictures ({few} of {many} cells), and their labels ask for a look.</source>
<translation>{all} 张图片中有 {number} 张的染色或相机与训练图片不同（{many} 个细胞中的 {few} 个），其标签需复核。</translation>
</message>
<message>
<source>The system's</source>
<translation>跟随系统</translation>
</message>
<message>
<source>The trainer could not be started.</source>
<translation>无法启动训练程序。</translation>
</message>
<message>
<source>The trainer ended without a word.</source>
<translation>训练程序无提示地结束了。</translation>
</message>
<message>
<source>The trainer starts</source>
<translation>训练程序正在启动</translation>
</message>
<message>
<source>The training was stopped after {number} of its {many} passes.</source>
<translation>训练在 {many} 轮中的第 {number} 轮后停止。</translation>
</message>
<message>
<source>The training was stopped; it goes on where it was.</source>
<translation>训练已停止；可从停止处继续。</translation>
</message>
<message>
<source>The two identifiers are the same.</source>
<translation>两个标识相同。</translation>
</message>
<message>
<source>The values are kept with the case and stand in its report.</source>
<translation>数值随病例保存，并列入报告。</translation>
</message>
<message>
<source>The values of the analyser were taken away; undo brings them back.</source>
<translation>已移除分析仪数值；可撤销恢复。</translation>
</message>
<message>
<source>The whole slide in a corner of the view.</source>
<translation>在视图一角显示整张玻片。</translation>
</message>
<message>
<source>The workers load the models …</source>
<translation>工作进程正在加载模型 …</translation>
</message>
<message>
<source>The {kind} picture of {number} x {many} pixels is marked as turned, which is not done for one this large.</source>
<translation>{number} x {many} 像素的 {kind} 图片标为已旋转，这么大的图片不支持旋转。</translation>
</message>
<message>
<source>The {name} file is cut short.</source>
<translation>{name} 文件不完整。</translation>
</message>
<message>
<source>The {name} file is damaged and cannot be decoded.</source>
<translation>{name} 文件已损坏，无法解码。</translation>
</message>
<message>
<source>The {name} file is damaged or cut short: {reason}.</source>
<translation>{name} 文件已损坏或不完整：{reason}。</translation>
</message>
<message>
<source>The {name} file promises {number} x {many} pixels and holds {few} x {all}.</source>
<translation>{name} 文件声明 {number} x {many} 像素，实际为 {few} x {all}。</translation>
</message>
<message>
<source>The {name} file says that it has no pixels.</source>
<translation>{name} 文件声明没有像素。</translation>
</message>
<message>
<source>The {name} picture cannot be read: {reason}.</source>
<translation>无法读取 {name} 图片：{reason}。</translation>
</message>
<message>
<source>The {name} picture is too large to show ({number} x {y} pixels).</source>
<translation>{name} 图片太大，无法显示（{number} × {y} 像素）。</translation>
</message>
<message>
<source>Their files end in .bvcase.</source>
<translation>其文件以 .bvcase 结尾。</translation>
</message>
<message>
<source>Theme</source>
<translation>主题</translation>
</message>
<message>
<source>There are no cells yet.</source>
<translation>尚无细胞。</translation>
</message>
<message>
<source>There are too many cases of this name.</source>
<translation>同名病例过多。</translation>
</message>
<message>
<source>There is already a class called {title}.</source>
<translation>已有名为 {title} 的类别。</translation>
</message>
<message>
<source>There is no cell class called {name}.</source>
<translation>没有名为 {name} 的细胞类别。</translation>
</message>
<message>
<source>There is no cell here whose nucleus could be outlined.</source>
<translation>此处没有可勾画细胞核的细胞。</translation>
</message>
<message>
<source>There is no cell that another person than {who} has decided.</source>
<translation>没有由 {who} 以外的人判定的细胞。</translation>
</message>
<message>
<source>There is no cell {number} in this case.</source>
<translation>本病例中没有细胞 {number}。</translation>
</message>
<message>
<source>There is no class {name} in this model.</source>
<translation>此模型中没有类别 {name}。</translation>
</message>
<message>
<source>There is no label to confirm: press the key of a class, U or X.</source>
<translation>没有可确认的标签：请按类别按键、U 或 X。</translation>
</message>
<message>
<source>There is no labelled cell to write.</source>
<translation>没有已命名的细胞可写出。</translation>
</message>
<message>
<source>There is no model called {name}.</source>
<translation>没有名为 {name} 的模型。</translation>
</message>
<message>
<source>There is no outlined cell to write.</source>
<translation>没有可写出的已勾画细胞。</translation>
</message>
<message>
<source>There is no reference cell in this case yet.</source>
<translation>本病例尚无参照细胞。</translation>
</message>
<message>
<source>There is no slide {number} in this case.</source>
<translation>本病例中没有玻片 {number}。</translation>
</message>
<message>
<source>There is no such example in this case.</source>
<translation>本病例中没有这样的样例。</translation>
</message>
<message>
<source>There is no such file or folder.</source>
<translation>没有这样的文件或文件夹。</translation>
</message>
<message>
<source>There is no such file.</source>
<translation>没有这样的文件。</translation>
</message>
<message>
<source>There is nothing that two readers call differently and have not settled.</source>
<translation>没有两位阅片者命名不同且尚未裁定的细胞。</translation>
</message>
<message>
<source>There is nothing to import.</source>
<translation>没有可导入的内容。</translation>
</message>
<message>
<source>There is nothing to redo.</source>
<translation>没有可重做的操作。</translation>
</message>
<message>
<source>There is nothing to undo.</source>
<translation>没有可撤销的操作。</translation>
</message>
<message>
<source>These examples fit the others least</source>
<translation>这些样例与其他样例最不相符</translation>
</message>
<message>
<source>They appear here while the pictures are analysed.</source>
<translation>分析图片时，细胞将显示在此处。</translation>
</message>
<message>
<source>They can go on without this window. What is done already is kept either way.</source>
<translation>它们可以在没有此窗口的情况下继续。无论如何，已完成的都会保留。</translation>
</message>
<message>
<source>They must sum to 100.</source>
<translation>总和必须为 100。</translation>
</message>
<message>
<source>This DICOM file is not a whole-slide picture.</source>
<translation>此 DICOM 文件不是全玻片图像。</translation>
</message>
<message>
<source>This case can only be read: nothing will be saved.</source>
<translation>本病例只读：不会保存任何内容。</translation>
</message>
<message>
<source>This cell has no label to confirm: press the key of a class.</source>
<translation>此细胞没有可确认的标签：请按某一类别的按键。</translation>
</message>
<message>
<source>This cell is not among those to be read.</source>
<translation>此细胞不在待阅之列。</translation>
</message>
<message>
<source>This class …</source>
<translation>此类别 …</translation>
</message>
<message>
<source>This count, %</source>
<translation>本计数，%</translation>
</message>
<message>
<source>This is a folder, not a picture.</source>
<translation>这是文件夹，不是图片。</translation>
</message>
<message>
<source>This is a pipe or a device, not a picture.</source>
<translation>这是管道或设备，不是图片。</translation>
</message>
<message>
<source>This is another file now. Close the case and open the file by itself.</source>
<translation>该文件现已被另一个文件替换。请关闭病例，单独打开该文件。</translation>
</message>
<message>
<source>This is no key that can be used. Press another one.</source>
<translation>此按键不可用。请另按一个。</translation>
</message>
<message>
<source>This is the first field.</source>
<translation>这是第一个视野。</translation>
</message>
<message>
<source>This is the first plane.</source>
<translation>这是第一个焦平面。</translation>
</message>
<message>
<source>This is the last field.</source>
<translation>这是最后一个视野。</translation>
</message>
<message>
<source>This is the last plane.</source>
<translation>这是最后一个焦平面。</translation>
</message>
<message>
<source>This model keeps no maps of its reference cells, so only its last layer can be refined.</source>
<translation>该模型未保存其参考细胞的特征图，因此只能改进其末层。</translation>
</message>
<message>
<source>This picture cannot be shown</source>
<translation>无法显示此图片</translation>
</message>
<message>
<source>This picture has one plane only.</source>
<translation>此图片只有一个焦平面。</translation>
</message>
<message>
<source>This stain or camera is unlike the training pictures (familiarity below 0.01).</source>
<translation>此染色或相机与训练图片不同（熟悉度低于 0.01）。</translation>
</message>
<message>
<source>This stain or camera is unlike the training pictures (familiarity {number}).</source>
<translation>此染色或相机与训练图片不同（熟悉度 {number}）。</translation>
</message>
<message>
<source>This takes some minutes.</source>
<translation>这需要几分钟。</translation>
</message>
<message>
<source>Tiles larger or smaller</source>
<translation>放大或缩小图块</translation>
</message>
<message>
<source>Time</source>
<translation>时间</translation>
</message>
<message>
<source>To be {standing} it needs {needs}.</source>
<translation>要达到“{standing}”，还需要：{needs}。</translation>
</message>
<message>
<source>Together</source>
<translation>同步</translation>
</message>
<message>
<source>Tour of the window</source>
<translation>窗口导览</translation>
</message>
<message>
<source>Trained on</source>
<translation>训练数据</translation>
</message>
<message>
<source>Trained on three laboratories; on another stain or scanner the accuracy falls, mostly between neighbouring stages of maturity.</source>
<translation>由三个实验室的数据训练；换用其他染色或扫描仪时准确率下降，主要在相邻成熟阶段之间。</translation>
</message>
<message>
<source>Training needs what is not installed: {name}.</source>
<translation>训练所需的组件未安装：{name}。</translation>
</message>
<message>
<source>Training set</source>
<translation>训练集</translation>
</message>
<message>
<source>Trusted</source>
<translation>可信</translation>
</message>
<message>
<source>Try again in a moment.</source>
<translation>请稍后重试。</translation>
</message>
<message>
<source>Trying {model} out …</source>
<translation>正在试用 {model}…</translation>
</message>
<message>
<source>Turn against the clock</source>
<translation>逆时针旋转</translation>
</message>
<message>
<source>Turn clockwise</source>
<translation>顺时针旋转</translation>
</message>
<message>
<source>Turn the picture upright</source>
<translation>将图片恢复正向</translation>
</message>
<message>
<source>Turn upright</source>
<translation>恢复正向</translation>
</message>
<message>
<source>Turned</source>
<translation>旋转</translation>
</message>
<message>
<source>Turned by {degrees}°</source>
<translation>已旋转 {degrees}°</translation>
</message>
<message>
<source>Two cells now. Select one and press the key of its class.</source>
<translation>现为两个细胞。请选择一个并按其类别按键。</translation>
</message>
<message>
<source>Two cells or more are needed to make one of them.</source>
<translation>至少需要两个细胞才能合并。</translation>
</message>
<message>
<source>Two cells side by side</source>
<translation>两个细胞并排</translation>
</message>
<message>
<source>Two identifiers are needed to sign.</source>
<translation>签发需要两个标识。</translation>
</message>
<message>
<source>Two readers agree, or have settled it</source>
<translation>两位阅片者一致或已裁定</translation>
</message>
<message>
<source>Two readers: {name} and {other}</source>
<translation>两位阅片者：{name} 和 {other}</translation>
</message>
<message>
<source>Type 0 or more.</source>
<translation>请输入 0 或更大的数。</translation>
</message>
<message>
<source>Type a name for the analyser to keep its values.</source>
<translation>请输入分析仪名称以保存其数值。</translation>
</message>
<message>
<source>Type it again.</source>
<translation>请重新输入。</translation>
</message>
<message>
<source>Type it beside the percentages.</source>
<translation>请在百分比旁输入。</translation>
</message>
<message>
<source>Type its values.</source>
<translation>请输入其数值。</translation>
</message>
<message>
<source>Type the name of the reader.</source>
<translation>请输入阅片者姓名。</translation>
</message>
<message>
<source>Type them as they stand on slide and request.</source>
<translation>请按玻片和申请单上的写法输入。</translation>
</message>
<message>
<source>Type what the analyser says of the leukocytes, or import a table with the columns class and count. A difference that chance alone explains poorly is marked. The values are kept with the case and stand in its report.</source>
<translation>请输入分析仪的白细胞结果，或导入含 class 和 count 两列的表格。难以仅用偶然解释的差异会被标出。数值随病例保存，并列入报告。</translation>
</message>
<message>
<source>Type who reads, or what the analyser is called.</source>
<translation>请输入阅片者姓名或分析仪名称。</translation>
</message>
<message>
<source>Undecided</source>
<translation>未定</translation>
</message>
<message>
<source>Undecided, left out</source>
<translation>未定，不计入</translation>
</message>
<message>
<source>Undecided, or not any more</source>
<translation>设为未定或取消</translation>
</message>
<message>
<source>Undo</source>
<translation>撤销</translation>
</message>
<message>
<source>Undo: {title}</source>
<translation>撤销：{title}</translation>
</message>
<message>
<source>Undone</source>
<translation>已撤销</translation>
</message>
<message>
<source>Unexpected error, see the log: {name}: {error}</source>
<translation>意外错误，见日志：{name}：{error}</translation>
</message>
<message>
<source>Unit</source>
<translation>单位</translation>
</message>
<message>
<source>Unlike the cells that were decided so far</source>
<translation>与已判定的细胞不同</translation>
</message>
<message>
<source>Unlike the pictures the model was made from (familiarity below 0.01)</source>
<translation>与模型训练图片不同（熟悉度低于 0.01）</translation>
</message>
<message>
<source>Unlike the pictures the model was made from (familiarity {number})</source>
<translation>与模型训练图片不同（熟悉度 {number}）</translation>
</message>
<message>
<source>Update BloodView to import it.</source>
<translation>请更新 BloodView 再导入。</translation>
</message>
<message>
<source>Update BloodView to use this model.</source>
<translation>请更新 BloodView 以使用此模型。</translation>
</message>
<message>
<source>Update BloodView.</source>
<translation>请更新 BloodView。</translation>
</message>
<message>
<source>Update BloodView. The file was not changed.</source>
<translation>请更新 BloodView。文件未作更改。</translation>
</message>
<message>
<source>Usable</source>
<translation>可用</translation>
</message>
<message>
<source>Use --device auto or cpu.</source>
<translation>请使用 --device auto 或 cpu。</translation>
</message>
<message>
<source>Use another model first, or go back.</source>
<translation>请先使用另一个模型，或退回。</translation>
</message>
<message>
<source>Use at most {number} characters.</source>
<translation>最多使用 {number} 个字符。</translation>
</message>
<message>
<source>Use it</source>
<translation>使用</translation>
</message>
<message>
<source>Use small letters, digits and _.</source>
<translation>请使用小写字母、数字和 _。</translation>
</message>
<message>
<source>Use the new model from now on; the Model menu leads back.</source>
<translation>从现在起使用新模型；可从“模型”菜单换回。</translation>
</message>
<message>
<source>Use this model</source>
<translation>使用此模型</translation>
</message>
<message>
<source>Use two that are independent of each other.</source>
<translation>请使用两个相互独立的标识。</translation>
</message>
<message>
<source>Use {model} again</source>
<translation>重新使用 {model}</translation>
</message>
<message>
<source>User guide</source>
<translation>用户指南</translation>
</message>
<message>
<source>User guide…</source>
<translation>用户指南…</translation>
</message>
<message>
<source>Value</source>
<translation>值</translation>
</message>
<message>
<source>Value (95 %)</source>
<translation>数值（95 %）</translation>
</message>
<message>
<source>Values are</source>
<translation>数值为</translation>
</message>
<message>
<source>Values of an analyser</source>
<translation>血细胞分析仪结果</translation>
</message>
<message>
<source>Values of an analyser…</source>
<translation>血细胞分析仪结果…</translation>
</message>
<message>
<source>Values of the analyser taken away</source>
<translation>已移除分析仪的数值</translation>
</message>
<message>
<source>Values of {name} kept</source>
<translation>已保留 {name} 的数值</translation>
</message>
<message>
<source>Values with their origin</source>
<translation>带来源的数值</translation>
</message>
<message>
<source>Verdict</source>
<translation>评判</translation>
</message>
<message>
<source>Verify</source>
<translation>验证</translation>
</message>
<message>
<source>View</source>
<translation>视图</translation>
</message>
<message>
<source>Waiting</source>
<translation>等待中</translation>
</message>
<message>
<source>Waiting for its turn</source>
<translation>正在排队</translation>
</message>
<message>
<source>Wanted precision</source>
<translation>所需精度</translation>
</message>
<message>
<source>Weights</source>
<translation>权重</translation>
</message>
<message>
<source>What</source>
<translation>内容</translation>
</message>
<message>
<source>What do you want to do?</source>
<translation>您想做什么？</translation>
</message>
<message>
<source>What each was before</source>
<translation>各自原来的类别</translation>
</message>
<message>
<source>What is known of the model</source>
<translation>关于该模型的信息</translation>
</message>
<message>
<source>What it names surely may stand; look at samples of it.</source>
<translation>它有把握的命名可以采纳；请抽样查看。</translation>
</message>
<message>
<source>What the check of the journal found</source>
<translation>操作记录的验证结果</translation>
</message>
<message>
<source>What the model finds likely for the chosen cell, and what can be measured. Press E to see which places of it speak for its class, and the known cells that are most like it.</source>
<translation>模型对所选细胞的判断，以及可测量的内容。按 E 查看哪些部位支持其类别，以及与其最相似的已知细胞。</translation>
</message>
<message>
<source>What the scanner wrote; it may carry a name</source>
<translation>扫描仪写入的内容；可能含有姓名</translation>
</message>
<message>
<source>What to look at next</source>
<translation>按查看优先级</translation>
</message>
<message>
<source>What was analysed is kept. Analyse it again when the file is back.</source>
<translation>已分析的内容保留。文件恢复后请重新分析。</translation>
</message>
<message>
<source>What was trained</source>
<translation>训练的部分</translation>
</message>
<message>
<source>What was typed</source>
<translation>输入的内容</translation>
</message>
<message>
<source>Wheel</source>
<translation>滚轮</translation>
</message>
<message>
<source>When</source>
<translation>时间</translation>
</message>
<message>
<source>Where cells overlap it may take the wrong one: click again, or away.</source>
<translation>细胞重叠处可能选错：请再次单击，或单击别处。</translation>
</message>
<message>
<source>Where it comes from</source>
<translation>来源</translation>
</message>
<message>
<source>Where the models run. Automatic takes the graphics processor if there is one.</source>
<translation>模型运行的位置。“自动”会在有图形处理器时使用它。</translation>
</message>
<message>
<source>Which cells of a class come first.</source>
<translation>某类别中哪些细胞排在前面。</translation>
</message>
<message>
<source>Which cells stand together.</source>
<translation>哪些细胞归在一起。</translation>
</message>
<message>
<source>White cells</source>
<translation>白细胞</translation>
</message>
<message>
<source>Who</source>
<translation>操作者</translation>
</message>
<message>
<source>Who and when</source>
<translation>何人何时</translation>
</message>
<message>
<source>Who works here, to choose from.</source>
<translation>在此工作的人员，供选择。</translation>
</message>
<message>
<source>Whole picture</source>
<translation>整张图片</translation>
</message>
<message>
<source>Whose red cells and platelets are shown</source>
<translation>所显示红细胞和血小板的来源</translation>
</message>
<message>
<source>Why</source>
<translation>依据</translation>
</message>
<message>
<source>Why it may be signed all the same</source>
<translation>仍可签发的理由</translation>
</message>
<message>
<source>Why this cell stands in the queue of those to look at next</source>
<translation>此细胞排入待看队列的原因</translation>
</message>
<message>
<source>Why this label</source>
<translation>为何是此标签</translation>
</message>
<message>
<source>Wider than {um:g} µm</source>
<translation>宽于 {um:g} µm</translation>
</message>
<message>
<source>Without a scale this picture has no magnification; its zoom is in percent.</source>
<translation>没有比例的图片没有放大倍数；缩放以百分比表示。</translation>
</message>
<message>
<source>Workbook</source>
<translation>工作簿</translation>
</message>
<message>
<source>Works here now</source>
<translation>当前操作者</translation>
</message>
<message>
<source>Works here now: {person}</source>
<translation>当前操作者：{person}</translation>
</message>
<message>
<source>Worse</source>
<translation>更差</translation>
</message>
<message>
<source>Write it as "#rrggbb".</source>
<translation>请写成 "#rrggbb"。</translation>
</message>
<message>
<source>Write report</source>
<translation>生成报告</translation>
</message>
<message>
<source>Write report…</source>
<translation>生成报告…</translation>
</message>
<message>
<source>Write to another place.</source>
<translation>请写到其他位置。</translation>
</message>
<message>
<source>Writing {out} …</source>
<translation>正在写出 {out} …</translation>
</message>
<message>
<source>You can go on. If it happens again, quit and start anew, and send the details to whoever helps you.</source>
<translation>可以继续。若再次发生，请退出并重新启动，并将详情发送给为您提供帮助的人。</translation>
</message>
<message>
<source>You may not read this file.</source>
<translation>您无权读取此文件。</translation>
</message>
<message>
<source>You named no cell in this case yet. Select a cell and press the key of its class, or confirm its label.</source>
<translation>您尚未在本病例中命名任何细胞。请选择细胞并按其类别的按键，或确认其标签。</translation>
</message>
<message>
<source>You read cells that nobody has decided yet, in an order drawn by chance. What the machine calls them is hidden until you have answered; at the end you are told how far you agree with it.</source>
<translation>您按随机顺序阅读尚无人判定的细胞。在您作答之前不显示机器的命名；结束时告诉您与机器的一致程度。</translation>
</message>
<message>
<source>Your cells that were locked away, named rightly</source>
<translation>您被锁定的细胞，命名正确</translation>
</message>
<message>
<source>Your cells that were locked away: overlap with your outlines (Dice)</source>
<translation>您被留出的细胞：与您的轮廓的重合度（Dice）</translation>
</message>
<message>
<source>Your models lie in {folder}</source>
<translation>您的模型位于 {folder}</translation>
</message>
<message>
<source>Your own models: a folder that is put there appears here.</source>
<translation>您自己的模型：放入其中的文件夹会显示在此。</translation>
</message>
<message>
<source>Your pictures</source>
<translation>您的图片</translation>
</message>
<message>
<source>Your pictures that were locked away: average precision of the boxes</source>
<translation>您被留出的图片：框的平均精度</translation>
</message>
<message>
<source>Zoom</source>
<translation>缩放</translation>
</message>
<message>
<source>Zoom at the pointer</source>
<translation>以指针为中心缩放</translation>
</message>
<message>
<source>`bloodview models rollback` goes back to the one before.</source>
<translation>`bloodview models rollback` 可退回到之前的模型。</translation>
</message>
<message>
<source>`python -m training references` adds them.</source>
<translation>`python -m training references` 可添加。</translation>
</message>
<message>
<source>a folder a class</source>
<translation>每类一个文件夹</translation>
</message>
<message>
<source>a folder, a file a picture: boxes</source>
<translation>一个文件夹，每张图片一个文件：方框</translation>
</message>
<message>
<source>a folder, a file a picture: boxes and outlines</source>
<translation>一个文件夹，每张图片一个文件：方框和轮廓</translation>
</message>
<message>
<source>a folder, a file a picture: cells with nuclei and classes</source>
<translation>一个文件夹，每张图片一个文件：细胞及其核与类别</translation>
</message>
<message>
<source>a folder: boxes</source>
<translation>一个文件夹：方框</translation>
</message>
<message>
<source>a folder: crops, labels and a manifest, grouped by slide</source>
<translation>一个文件夹：裁剪图、标签和清单，按玻片分组</translation>
</message>
<message>
<source>a name</source>
<translation>姓名</translation>
</message>
<message>
<source>a person</source>
<translation>人工</translation>
</message>
<message>
<source>a person: excluded</source>
<translation>人工：已排除</translation>
</message>
<message>
<source>a person: undecided</source>
<translation>人工：未定</translation>
</message>
<message>
<source>a second identifier that is another one</source>
<translation>与第一标识不同的第二标识</translation>
</message>
<message>
<source>after</source>
<translation>之后</translation>
</message>
<message>
<source>all layers</source>
<translation>所有层</translation>
</message>
<message>
<source>all seen</source>
<translation>均已查看</translation>
</message>
<message>
<source>analysis</source>
<translation>分析</translation>
</message>
<message>
<source>and not</source>
<translation>而非</translation>
</message>
<message>
<source>another model called {name} is installed.</source>
<translation>已安装另一个名为 {name} 的模型。</translation>
</message>
<message>
<source>as the machine allows</source>
<translation>按机器能力</translation>
</message>
<message>
<source>asked about: {title} {asked:.1%}</source>
<translation>所问类别：{title} {asked:.1%}</translation>
</message>
<message>
<source>assumed</source>
<translation>假定</translation>
</message>
<message>
<source>assumed sRGB</source>
<translation>按 sRGB 假定</translation>
</message>
<message>
<source>assumed sRGB: the file's colour profile cannot be used</source>
<translation>按 sRGB 假定：文件的颜色配置文件无法使用</translation>
</message>
<message>
<source>balanced accuracy</source>
<translation>平衡准确率</translation>
</message>
<message>
<source>before</source>
<translation>之前</translation>
</message>
<message>
<source>better</source>
<translation>更好</translation>
</message>
<message>
<source>by hand</source>
<translation>人工</translation>
</message>
<message>
<source>came with BloodView</source>
<translation>BloodView 自带</translation>
</message>
<message>
<source>cannot be made in this folder.</source>
<translation>无法在此文件夹中创建。</translation>
</message>
<message>
<source>cannot be read: {reason}.</source>
<translation>无法读取：{reason}。</translation>
</message>
<message>
<source>cannot be shown by this system.</source>
<translation>无法由本系统显示。</translation>
</message>
<message>
<source>cannot be written, so nothing can be changed.</source>
<translation>不可写，因此不能更改。</translation>
</message>
<message>
<source>cannot be written.</source>
<translation>无法写入。</translation>
</message>
<message>
<source>cannot hold {number} pictures: the format has a file a picture.</source>
<translation>容不下 {number} 张图片：此格式每张图片一个文件。</translation>
</message>
<message>
<source>cannot tell yet</source>
<translation>尚不能判断</translation>
</message>
<message>
<source>carries definitions (DOCTYPE), which no annotation needs.</source>
<translation>含有标注不需要的定义 (DOCTYPE)。</translation>
</message>
<message>
<source>cell</source>
<translation>细胞</translation>
</message>
<message>
<source>cell {number} of {all}</source>
<translation>细胞 {number} / {all}</translation>
</message>
<message>
<source>cells found</source>
<translation>查找细胞</translation>
</message>
<message>
<source>cells named</source>
<translation>命名细胞</translation>
</message>
<message>
<source>cells outlined</source>
<translation>勾画细胞</translation>
</message>
<message>
<source>changed</source>
<translation>已更改</translation>
</message>
<message>
<source>chosen by the model</source>
<translation>由模型选择</translation>
</message>
<message>
<source>circle</source>
<translation>圆形</translation>
</message>
<message>
<source>circularity {number:.2f}</source>
<translation>圆度 {number:.2f}</translation>
</message>
<message>
<source>coarse</source>
<translation>粗分类</translation>
</message>
<message>
<source>colour profile {name} applied</source>
<translation>已应用颜色配置文件 {name}</translation>
</message>
<message>
<source>corrections</source>
<translation>更正结果</translation>
</message>
<message>
<source>could not be removed: {reason}.</source>
<translation>无法删除：{reason}。</translation>
</message>
<message>
<source>could not be used: {reason}.</source>
<translation>无法使用：{reason}。</translation>
</message>
<message>
<source>could not be written: {reason}.</source>
<translation>无法写入：{reason}。</translation>
</message>
<message>
<source>counts {name} twice: it belongs to {kind}.</source>
<translation>{name} 计数两次：它属于 {kind}。</translation>
</message>
<message>
<source>cut by the border</source>
<translation>被边界切割</translation>
</message>
<message>
<source>decided by a person</source>
<translation>由人判定</translation>
</message>
<message>
<source>diamond</source>
<translation>菱形</translation>
</message>
<message>
<source>differs</source>
<translation>有差异</translation>
</message>
<message>
<source>does not say what it holds: {reason}.</source>
<translation>未说明其内容：{reason}。</translation>
</message>
<message>
<source>does not say what shall be refined.</source>
<translation>未说明要改进什么。</translation>
</message>
<message>
<source>does not tell which models were chosen.</source>
<translation>未说明选择了哪些模型。</translation>
</message>
<message>
<source>drawn by BloodView</source>
<translation>由 BloodView 绘制</translation>
</message>
<message>
<source>drawn cells</source>
<translation>绘制的细胞</translation>
</message>
<message>
<source>drawn fields</source>
<translation>绘制的视野</translation>
</message>
<message>
<source>edit</source>
<translation>编辑</translation>
</message>
<message>
<source>enough</source>
<translation>足够</translation>
</message>
<message>
<source>epoch {number}</source>
<translation>第 {number} 轮</translation>
</message>
<message>
<source>every platelet has its box</source>
<translation>每个血小板都有框</translation>
</message>
<message>
<source>every red cell has its box</source>
<translation>每个红细胞都有框</translation>
</message>
<message>
<source>every white cell has its box</source>
<translation>每个白细胞都有框</translation>
</message>
<message>
<source>everything else</source>
<translation>其他所有类别</translation>
</message>
<message>
<source>explaining</source>
<translation>正在解释</translation>
</message>
<message>
<source>familiar</source>
<translation>熟悉</translation>
</message>
<message>
<source>fewer other cells taken for it: refuse what is wrong</source>
<translation>减少误认的其他细胞：请拒绝错误的</translation>
</message>
<message>
<source>fields</source>
<translation>视野</translation>
</message>
<message>
<source>fine</source>
<translation>细分类</translation>
</message>
<message>
<source>from red cells</source>
<translation>由红细胞测得</translation>
</message>
<message>
<source>from the file</source>
<translation>来自文件</translation>
</message>
<message>
<source>given by the user</source>
<translation>由用户给定</translation>
</message>
<message>
<source>guide_en.md</source>
<translation>guide_zh_CN.md</translation>
</message>
<message>
<source>has no head that could be refitted.</source>
<translation>没有可重新拟合的输出层。</translation>
</message>
<message>
<source>has no pixels.</source>
<translation>没有像素。</translation>
</message>
<message>
<source>has no room for {number} GB of pixels, which a picture this large needs while it is opened.</source>
<translation>没有空间存放 {number} GB 的像素，打开这么大的图片时需要这些空间。</translation>
</message>
<message>
<source>held out</source>
<translation>留出</translation>
</message>
<message>
<source>hexagon</source>
<translation>六边形</translation>
</message>
<message>
<source>holds no annotations.</source>
<translation>不含标注。</translation>
</message>
<message>
<source>holds no cell that could train.</source>
<translation>不含可用于训练的细胞。</translation>
</message>
<message>
<source>holds no leukocyte, so there is nothing to compare.</source>
<translation>不含白细胞，因此没有可比较的内容。</translation>
</message>
<message>
<source>holds no outlined cell that could train.</source>
<translation>不含可用于训练的已勾画细胞。</translation>
</message>
<message>
<source>holds no picture.</source>
<translation>不含图片。</translation>
</message>
<message>
<source>holds no reference cells, so nothing would keep it from forgetting.</source>
<translation>不含参照细胞，因此无法防止其遗忘。</translation>
</message>
<message>
<source>holds {name} as a link or device.</source>
<translation>以链接或设备形式包含 {name}。</translation>
</message>
<message>
<source>holds {name} of {number} bytes, too many.</source>
<translation>包含 {number} 字节的 {name}，过大。</translation>
</message>
<message>
<source>holds {name}, which is no part of a model.</source>
<translation>包含 {name}，它不属于模型。</translation>
</message>
<message>
<source>is a file, not a folder.</source>
<translation>是文件，不是文件夹。</translation>
</message>
<message>
<source>is a folder, not a file.</source>
<translation>是文件夹，不是文件。</translation>
</message>
<message>
<source>is a model to {name}, not to {kind}.</source>
<translation>是用于 {name} 的模型，而非用于 {kind}。</translation>
</message>
<message>
<source>is already there and not empty.</source>
<translation>已存在且不为空。</translation>
</message>
<message>
<source>is already there.</source>
<translation>已存在。</translation>
</message>
<message>
<source>is another file now than when its analysis began.</source>
<translation>已不是开始分析时的文件。</translation>
</message>
<message>
<source>is another picture by now.</source>
<translation>现在已是另一张图片。</translation>
</message>
<message>
<source>is being written by another program.</source>
<translation>正由其他程序写入。</translation>
</message>
<message>
<source>is damaged ({reason}).</source>
<translation>已损坏 ({reason})。</translation>
</message>
<message>
<source>is damaged: it should hold an id and a source a line.</source>
<translation>已损坏：每行应有一个编号和一个来源。</translation>
</message>
<message>
<source>is in no format that BloodView knows.</source>
<translation>不是 BloodView 认识的格式。</translation>
</message>
<message>
<source>is no COCO file ({reason}).</source>
<translation>不是 COCO 文件 ({reason})。</translation>
</message>
<message>
<source>is no COCO file: it lacks {name}.</source>
<translation>不是 COCO 文件：缺少 {name}。</translation>
</message>
<message>
<source>is no case file.</source>
<translation>不是病例文件。</translation>
</message>
<message>
<source>is no class that BloodView shared, or is damaged.</source>
<translation>不是 BloodView 共享的类别，或已损坏。</translation>
</message>
<message>
<source>is no kind of report.</source>
<translation>不是报告的格式。</translation>
</message>
<message>
<source>is no model card.</source>
<translation>不是模型卡。</translation>
</message>
<message>
<source>is no model file: {reason}.</source>
<translation>不是模型文件：{reason}。</translation>
</message>
<message>
<source>is no segmenter that can be refined.</source>
<translation>不是可以改进的分割器。</translation>
</message>
<message>
<source>is no table of counts ({reason}).</source>
<translation>不是计数表（{reason}）。</translation>
</message>
<message>
<source>is no text in UTF-8.</source>
<translation>不是 UTF-8 文本。</translation>
</message>
<message>
<source>is no verdict: {reason}.</source>
<translation>不是评判结果：{reason}。</translation>
</message>
<message>
<source>is no whole JSON file ({reason}).</source>
<translation>不是完整的 JSON 文件 ({reason})。</translation>
</message>
<message>
<source>is no whole XML file ({reason}).</source>
<translation>不是完整的 XML 文件 ({reason})。</translation>
</message>
<message>
<source>is no whole table ({reason}).</source>
<translation>不是完整的表格 ({reason})。</translation>
</message>
<message>
<source>is of a picture that this case does not have.</source>
<translation>属于本病例没有的图片。</translation>
</message>
<message>
<source>is one of the pictures and would be replaced.</source>
<translation>是图片之一，会被覆盖。</translation>
</message>
<message>
<source>is open in an older version of BloodView.</source>
<translation>已在旧版本的 BloodView 中打开。</translation>
</message>
<message>
<source>is open in another window or program and can only be read here.</source>
<translation>已在其他窗口或程序中打开，此处只读。</translation>
</message>
<message>
<source>is open in another window or program.</source>
<translation>已在其他窗口或程序中打开。</translation>
</message>
<message>
<source>is outlined twice: as cell {number} too.</source>
<translation>被勾画了两次：也作为细胞 {number}。</translation>
</message>
<message>
<source>is signed, so nothing can be added.</source>
<translation>已签发，不能再添加内容。</translation>
</message>
<message>
<source>is the same picture as {name}, of another class.</source>
<translation>与 {name} 是同一张图片，却属于另一类别。</translation>
</message>
<message>
<source>is too large to be annotations.</source>
<translation>太大，不可能是标注文件。</translation>
</message>
<message>
<source>is unlike most of the other examples; it is most like {title}.</source>
<translation>与大多数其他样例不同；最像 {title}。</translation>
</message>
<message>
<source>is unlike the other {number} examples; it is most like {title}.</source>
<translation>与其他 {number} 个样例不同；最像 {title}。</translation>
</message>
<message>
<source>is unlike {number} of the other examples; it is most like {title}.</source>
<translation>与其他样例中的 {number} 个不同；最像 {title}。</translation>
</message>
<message>
<source>it gives no answer: {reason}</source>
<translation>它没有给出答案：{reason}</translation>
</message>
<message>
<source>it has no {name}.</source>
<translation>缺少 {name}。</translation>
</message>
<message>
<source>it is another picture by now.</source>
<translation>它现在是另一张图片。</translation>
</message>
<message>
<source>it is made to {name}, which this version of BloodView does not know.</source>
<translation>它用于 {name}，此版本的 BloodView 不认识。</translation>
</message>
<message>
<source>its architecture {name} is not known to this version of BloodView.</source>
<translation>此版本的 BloodView 不认识其架构 {name}。</translation>
</message>
<message>
<source>its card calls it {name}.</source>
<translation>其模型卡中的名称为 {name}。</translation>
</message>
<message>
<source>its class</source>
<translation>其类别</translation>
</message>
<message>
<source>its outline holds nothing of the picture.</source>
<translation>其轮廓内没有图片的任何部分。</translation>
</message>
<message>
<source>kept in the case</source>
<translation>保存在病例中</translation>
</message>
<message>
<source>label</source>
<translation>标签图</translation>
</message>
<message>
<source>lacks {name}.</source>
<translation>缺少 {name}。</translation>
</message>
<message>
<source>last layer</source>
<translation>最后一层</translation>
</message>
<message>
<source>learned</source>
<translation>学习</translation>
</message>
<message>
<source>leaving out each cell in turn</source>
<translation>逐个留一验证</translation>
</message>
<message>
<source>leukocytes</source>
<translation>白细胞</translation>
</message>
<message>
<source>locked cells</source>
<translation>留出的细胞</translation>
</message>
<message>
<source>locked corrections</source>
<translation>留作评判的更正</translation>
</message>
<message>
<source>locked pictures</source>
<translation>留出的图片</translation>
</message>
<message>
<source>looking at the view</source>
<translation>正在查看视图</translation>
</message>
<message>
<source>looking for the monolayer, {share}</source>
<translation>正在寻找单层区，{share}</translation>
</message>
<message>
<source>looking …</source>
<translation>正在查看 …</translation>
</message>
<message>
<source>macro</source>
<translation>宏观图</translation>
</message>
<message>
<source>measured on the red cells</source>
<translation>由红细胞测得</translation>
</message>
<message>
<source>model</source>
<translation>模型</translation>
</message>
<message>
<source>more cells of other classes that you confirm or refuse, to show that it spares them</source>
<translation>由您确认或拒绝更多其他类别的细胞，以表明它不会误认</translation>
</message>
<message>
<source>named by the model, {sureness:.0%} sure</source>
<translation>由模型命名，把握 {sureness:.0%}</translation>
</message>
<message>
<source>names no picture.</source>
<translation>未指明图片。</translation>
</message>
<message>
<source>names other classes than the model that is refined.</source>
<translation>其类别与被改进的模型不同。</translation>
</message>
<message>
<source>names {name}, which is no class of leukocyte in the case.</source>
<translation>提到 {name}，它不是病例中的白细胞类别。</translation>
</message>
<message>
<source>needs a look</source>
<translation>需复核</translation>
</message>
<message>
<source>no scale in the file</source>
<translation>文件中无比例</translation>
</message>
<message>
<source>nobody</source>
<translation>无</translation>
</message>
<message>
<source>none</source>
<translation>无</translation>
</message>
<message>
<source>none seen</source>
<translation>未见</translation>
</message>
<message>
<source>not analysed</source>
<translation>未分析</translation>
</message>
<message>
<source>not any more</source>
<translation>取消</translation>
</message>
<message>
<source>not graded</source>
<translation>未分级</translation>
</message>
<message>
<source>not judged</source>
<translation>未评判</translation>
</message>
<message>
<source>not seen</source>
<translation>未见</translation>
</message>
<message>
<source>not trusted</source>
<translation>不可信</translation>
</message>
<message>
<source>nothing was imported.</source>
<translation>未导入任何内容。</translation>
</message>
<message>
<source>nothing yet</source>
<translation>尚未选择</translation>
</message>
<message>
<source>nucleus</source>
<translation>细胞核</translation>
</message>
<message>
<source>of the laboratory itself</source>
<translation>实验室自有</translation>
</message>
<message>
<source>on drawn fields</source>
<translation>绘制视野上的精度</translation>
</message>
<message>
<source>on those of before</source>
<translation>原有数据</translation>
</message>
<message>
<source>one cell</source>
<translation>仅一个细胞</translation>
</message>
<message>
<source>one file: a row a cell, with what the model said</source>
<translation>一个文件：每个细胞一行，附模型结果</translation>
</message>
<message>
<source>one file: boxes, outlines, nuclei, who said what</source>
<translation>一个文件：方框、轮廓、细胞核、判定来源</translation>
</message>
<message>
<source>one of yours</source>
<translation>您自己的</translation>
</message>
<message>
<source>person</source>
<translation>人工</translation>
</message>
<message>
<source>platelet</source>
<translation>血小板</translation>
</message>
<message>
<source>platelets</source>
<translation>血小板</translation>
</message>
<message>
<source>plus</source>
<translation>十字形</translation>
</message>
<message>
<source>rbc</source>
<translation>红细胞</translation>
</message>
<message>
<source>read only</source>
<translation>只读</translation>
</message>
<message>
<source>red cells</source>
<translation>红细胞</translation>
</message>
<message>
<source>redo</source>
<translation>重做</translation>
</message>
<message>
<source>reference cells</source>
<translation>参照细胞</translation>
</message>
<message>
<source>ring</source>
<translation>环形</translation>
</message>
<message>
<source>sRGB by its profile</source>
<translation>其配置文件为 sRGB</translation>
</message>
<message>
<source>saved {at:%H:%M:%S}</source>
<translation>已保存 {at:%H:%M:%S}</translation>
</message>
<message>
<source>says classes by number only.</source>
<translation>仅以编号表示类别。</translation>
</message>
<message>
<source>says no size of a picture.</source>
<translation>没有说明图片的尺寸。</translation>
</message>
<message>
<source>set by hand</source>
<translation>人工设定</translation>
</message>
<message>
<source>shows no cell.</source>
<translation>没有显示细胞。</translation>
</message>
<message>
<source>shows no cell: it is all of one colour.</source>
<translation>没有细胞：整张图片只有一种颜色。</translation>
</message>
<message>
<source>shows the same as another correction, which is called {title}.</source>
<translation>与另一处更正所示相同，而后者称为 {title}。</translation>
</message>
<message>
<source>square</source>
<translation>方形</translation>
</message>
<message>
<source>such as Smudge cell</source>
<translation>例如 涂抹细胞</translation>
</message>
<message>
<source>testing the map …</source>
<translation>正在检验热图 …</translation>
</message>
<message>
<source>the detector</source>
<translation>检测器</translation>
</message>
<message>
<source>the disk does not answer as it should ({reason}); the last step was not saved.</source>
<translation>磁盘响应异常 ({reason})；最后一步未保存。</translation>
</message>
<message>
<source>the disk is full; the last step was not saved.</source>
<translation>磁盘已满；最后一步未保存。</translation>
</message>
<message>
<source>the file or its folder cannot be written; the last step was not saved.</source>
<translation>无法写入文件或其文件夹；最后一步未保存。</translation>
</message>
<message>
<source>the first</source>
<translation>第一个</translation>
</message>
<message>
<source>the machine, {sure} sure</source>
<translation>机器，把握 {sure}</translation>
</message>
<message>
<source>the model that learned from it still outlines the {title} otherwise (Dice {number}).</source>
<translation>从中学习过的模型对{title}的勾画仍然不同（Dice {number}）。</translation>
</message>
<message>
<source>the model {name} was taken into use, but is not there any more.</source>
<translation>模型 {name} 已启用，但已不存在。</translation>
</message>
<message>
<source>the model's card cannot be read: {reason}.</source>
<translation>无法读取模型卡：{reason}。</translation>
</message>
<message>
<source>the model's card does not fit its format: {reason}.</source>
<translation>模型卡不符合其格式：{reason}。</translation>
</message>
<message>
<source>the model's card is no JSON.</source>
<translation>模型卡不是 JSON。</translation>
</message>
<message>
<source>the model's id {name} is no name for a folder.</source>
<translation>模型标识 {name} 不能作为文件夹名。</translation>
</message>
<message>
<source>the other cells say {title} ({share}), hardly {other} ({rest}).</source>
<translation>其他细胞表明是 {title}（{share}），不太可能是 {other}（{rest}）。</translation>
</message>
<message>
<source>the picture</source>
<translation>图片</translation>
</message>
<message>
<source>the runner-up</source>
<translation>次选</translation>
</message>
<message>
<source>the sharpest</source>
<translation>最清晰</translation>
</message>
<message>
<source>the weights are not those that the card describes.</source>
<translation>权重与模型卡描述的不符。</translation>
</message>
<message>
<source>the weights cannot be read: {reason}.</source>
<translation>无法读取权重：{reason}。</translation>
</message>
<message>
<source>the weights do not fit the card: {reason}</source>
<translation>权重与模型卡不符：{reason}</translation>
</message>
<message>
<source>the weights lack {name}</source>
<translation>权重缺少 {name}</translation>
</message>
<message>
<source>the {number} examples are of two kinds; this one is most like {title}.</source>
<translation>{number} 个样例分为两类；这一个最像 {title}。</translation>
</message>
<message>
<source>the {pictures:,} pictures</source>
<translation> {pictures:,} 张图片</translation>
</message>
<message>
<source>then</source>
<translation>其次</translation>
</message>
<message>
<source>there is no model called {name}.</source>
<translation>没有名为 {name} 的模型。</translation>
</message>
<message>
<source>there is no such file.</source>
<translation>没有这样的文件。</translation>
</message>
<message>
<source>there is no such folder to make it in.</source>
<translation>没有可以存放它的文件夹。</translation>
</message>
<message>
<source>these {moving:,} cells</source>
<translation>这 {moving:,} 个细胞</translation>
</message>
<message>
<source>this cell</source>
<translation>此细胞</translation>
</message>
<message>
<source>this version of BloodView knows no architecture {name}</source>
<translation>此版本的 BloodView 不认识架构 {name}</translation>
</message>
<message>
<source>this version of BloodView knows no head {name}</source>
<translation>此版本的 BloodView 不认识输出层 {name}</translation>
</message>
<message>
<source>this version of BloodView knows no network {name}</source>
<translation>此版本的 BloodView 不认识网络 {name}</translation>
</message>
<message>
<source>thumbnail</source>
<translation>缩略图</translation>
</message>
<message>
<source>triangle</source>
<translation>三角形</translation>
</message>
<message>
<source>two identifiers</source>
<translation>两个标识</translation>
</message>
<message>
<source>undo</source>
<translation>撤销</translation>
</message>
<message>
<source>unknown</source>
<translation>未知</translation>
</message>
<message>
<source>was adapted from {name}, which is not installed.</source>
<translation>由 {name} 适配而来，而后者未安装。</translation>
</message>
<message>
<source>was fitted or taught by examples, which a refinement would not keep.</source>
<translation>曾用样例拟合或教过类别，改进后不会保留。</translation>
</message>
<message>
<source>was made by a newer BloodView.</source>
<translation>由更新版本的 BloodView 制作。</translation>
</message>
<message>
<source>was made by a newer version of BloodView (format {number}; this one reads up to {many}).</source>
<translation>由较新版本的 BloodView 创建（格式 {number}；本版本最多读取 {many}）。</translation>
</message>
<message>
<source>was made by an older version and must be converted, but cannot be written.</source>
<translation>由旧版本创建，需要转换，但不可写。</translation>
</message>
<message>
<source>was made from {name}, which is not installed.</source>
<translation>由 {name} 制成，而后者未安装。</translation>
</message>
<message>
<source>was not closed properly, and its folder cannot be written.</source>
<translation>未正常关闭，且其文件夹不可写。</translation>
</message>
<message>
<source>was taught classes by examples, which an adaptation would not know.</source>
<translation>曾用样例教过类别，适配后将不认识它们。</translation>
</message>
<message>
<source>wbc</source>
<translation>白细胞</translation>
</message>
<message>
<source>wedge</source>
<translation>楔形</translation>
</message>
<message>
<source>with drawn cells</source>
<translation>与绘制细胞重合</translation>
</message>
<message>
<source>withheld</source>
<translation>不予显示</translation>
</message>
<message>
<source>worse</source>
<translation>更差</translation>
</message>
<message>
<source>{called} Nothing is lost: undo brings the class back. What shall its cells be?</source>
<translation>{called}不会丢失任何内容：撤销即可恢复该类别。其细胞应归为哪一类？</translation>
</message>
<message>
<source>{clumps:,} with {n:,} platelets</source>
<translation>{clumps:,} 个，含 {n:,} 个血小板</translation>
</message>
<message>
<source>{count:,} cells</source>
<translation>{count:,} 个细胞</translation>
</message>
<message>
<source>{count} cells are one now; the others are excluded.</source>
<translation>{count} 个细胞已合为一个；其余已排除。</translation>
</message>
<message>
<source>{count} cells on the picture</source>
<translation>图片上有 {count} 个细胞</translation>
</message>
<message>
<source>{count} files of {folder}</source>
<translation>{folder} 中的 {count} 个文件</translation>
</message>
<message>
<source>{count} more errors since. Quit and start anew.</source>
<translation>此后又发生 {count} 个错误。请退出并重新启动。</translation>
</message>
<message>
<source>{count} more would be better</source>
<translation>最好再有 {count} 个</translation>
</message>
<message>
<source>{count} of {of} models are not whole.</source>
<translation>{of} 个模型中有 {count} 个不完好。</translation>
</message>
<message>
<source>{done:,} of {total:,}</source>
<translation>{done:,} / {total:,}</translation>
</message>
<message>
<source>{done:,} overlays written: {folder}{left}</source>
<translation>已写出 {done:,} 张叠加图：{folder}{left}</translation>
</message>
<message>
<source>{done} of {of} slides</source>
<translation>{done} / {of} 张玻片</translation>
</message>
<message>
<source>{done} of {of} slides, {failed} with a problem</source>
<translation>{done} / {of} 张玻片，{failed} 张有问题</translation>
</message>
<message>
<source>{done} of {total} cells were answered.</source>
<translation>{total} 个细胞中已作答 {done} 个。</translation>
</message>
<message>
<source>{factor:g} × 10⁹/L for each in a field: {source}</source>
<translation>每视野 1 个相当于 {factor:g} × 10⁹/L：{source}</translation>
</message>
<message>
<source>{first} and {second}</source>
<translation>{first} 和 {second}</translation>
</message>
<message>
<source>{key} is the key of “{other}”, so “{action}” goes without.</source>
<translation>{key} 是“{other}”的按键，因此“{action}”没有按键。</translation>
</message>
<message>
<source>{key} is the key of “{other}”. If “{action}” gets it, “{other}” has it no more.</source>
<translation>{key} 是“{other}”的按键。若给“{action}”，“{other}”将不再拥有它。</translation>
</message>
<message>
<source>{key} moves through the pictures and the window. Press another one.</source>
<translation>{key} 用于在图片和窗口间移动。请另按一个。</translation>
</message>
<message>
<source>{kind} picture</source>
<translation>{kind} 图片</translation>
</message>
<message>
<source>{kind} slide</source>
<translation>{kind} 玻片</translation>
</message>
<message>
<source>{known}. Count {more:,} more for ±{within} %.</source>
<translation>{known}。再计数 {more:,} 个可达 ±{within} %。</translation>
</message>
<message>
<source>{known}: within the wanted ±{within} %.</source>
<translation>{known}：已在要求的 ±{within} % 以内。</translation>
</message>
<message>
<source>{left} reasons</source>
<translation>{left} 条理由</translation>
</message>
<message>
<source>{length:g} µm</source>
<translation>{length:g} µm</translation>
</message>
<message>
<source>{look:,} to look at</source>
<translation>{look:,} 待看</translation>
</message>
<message>
<source>{low:g} to {high:g} µm: {count}</source>
<translation>{low:g} 至 {high:g} µm：{count}</translation>
</message>
<message>
<source>{model} is in use again. Analyse a picture again to read it with this model.</source>
<translation>已重新使用 {model}。重新分析图片即可用此模型读取。</translation>
</message>
<message>
<source>{model} is in use now.</source>
<translation>现在使用 {model}。</translation>
</message>
<message>
<source>{model} is in use now; the Model menu leads back to {before}.</source>
<translation>现在使用 {model}；可从“模型”菜单换回 {before}。</translation>
</message>
<message>
<source>{model} is in {file}.</source>
<translation>{model} 已存入 {file}。</translation>
</message>
<message>
<source>{model} is installed; it is not used yet.</source>
<translation>{model} 已安装；尚未使用。</translation>
</message>
<message>
<source>{model} is kept; it is not used.</source>
<translation>已保留 {model}；未使用。</translation>
</message>
<message>
<source>{model} learns from the boxes of the pictures that you worked on. About a third of them is locked away and only judges. The model in use stays until you adopt the new one, and you can always go back.</source>
<translation>{model} 从您处理过的图片的框中学习。其中约三分之一被留出，只用于评判。在您采用新模型之前，当前模型保持不变，并且随时可以返回。</translation>
</message>
<message>
<source>{model} learns from the cells that you named or confirmed. About a third of them is locked away and only judges. The model in use stays until you adopt the new one, and you can always go back.</source>
<translation>{model} 从您命名或确认的细胞学习。其中约三分之一被锁定，仅用于评判。在您采用新模型之前，现用模型不变，且随时可以换回。</translation>
</message>
<message>
<source>{model} learns from the outlines of white cells that you drew, corrected or imported, never from its own. Where only the cell is outlined, its own answer parts the nucleus. About a third is locked away and only judges. The model in use stays until you adopt the new one, and you can always go back.</source>
<translation>{model} 从您绘制、更正或导入的白细胞轮廓学习，从不从它自己的轮廓学习。只勾画了细胞时，细胞核仍按它自己的回答划分。其中约三分之一被留出，只用于评判。在您采用新模型之前，当前模型保持不变，并且随时可以返回。</translation>
</message>
<message>
<source>{model} was removed.</source>
<translation>{model} 已移除。</translation>
</message>
<message>
<source>{model}, which named this cell, is not there; {other} answers.</source>
<translation>为此细胞命名的 {model} 不在；由 {other} 作答。</translation>
</message>
<message>
<source>{n:,} cells are selected. The key of a class labels them all, {enter} confirms, {x} excludes.</source>
<translation>已选 {n:,} 个细胞。按类别按键可统一标注，{enter} 确认，{x} 排除。</translation>
</message>
<message>
<source>{n:,} of {every:,}</source>
<translation>{n:,} / {every:,}</translation>
</message>
<message>
<source>{n:,} of {of:,}, {share}</source>
<translation>{n:,} / {of:,}，{share}</translation>
</message>
<message>
<source>{names} were made from it and could not be refined or adapted again.</source>
<translation>{names} 由它制成，将无法再改进或适配。</translation>
</message>
<message>
<source>{name} analysed, {number} cells found</source>
<translation>{name} 已分析，找到 {number} 个细胞</translation>
</message>
<message>
<source>{name} can be imported.</source>
<translation>可以导入：{name}。</translation>
</message>
<message>
<source>{name} cannot name a class.</source>
<translation>{name} 不能用作类别名。</translation>
</message>
<message>
<source>{name} is another file now than the one that was analysed, so its cells are not shown on it. Nothing in the case was changed.</source>
<translation>{name} 已不是当初分析的文件，因此不在其上显示细胞。病例内容未作任何更改。</translation>
</message>
<message>
<source>{name} is in use, so it stays.</source>
<translation>{name} 正在使用，因此保留。</translation>
</message>
<message>
<source>{name} is no colour.</source>
<translation>{name} 不是颜色。</translation>
</message>
<message>
<source>{name} is no model of yours, so it stays.</source>
<translation>{name} 不是您自己的模型，因此保留。</translation>
</message>
<message>
<source>{name} is no single key.</source>
<translation>{name} 不是单个按键。</translation>
</message>
<message>
<source>{name} is not what its checksum says.</source>
<translation>{name} 与其校验和不符。</translation>
</message>
<message>
<source>{name} signed on {at:%Y-%m-%d %H:%M}. Why is it amended?</source>
<translation>{name} 于 {at:%Y-%m-%d %H:%M} 签发。为何修订？</translation>
</message>
<message>
<source>{name} unpacks to more than it says.</source>
<translation>{name} 解包后超出其声明的大小。</translation>
</message>
<message>
<source>{name} – BloodView</source>
<translation>{name} – BloodView</translation>
</message>
<message>
<source>{name}, %</source>
<translation>{name}，%</translation>
</message>
<message>
<source>{name}, as the system says</source>
<translation>{name}（系统用户名）</translation>
</message>
<message>
<source>{name}: analysed</source>
<translation>{name}：已分析</translation>
</message>
<message>
<source>{name}: {count} cells named by a person</source>
<translation>{name}：{count} 个由人命名的细胞</translation>
</message>
<message>
<source>{name}: {count} pictures or fields worked on</source>
<translation>{name}：已处理 {count} 张图片或视野</translation>
</message>
<message>
<source>{name}: {count} white cells outlined by a person</source>
<translation>{name}：{count} 个由人员勾画的白细胞</translation>
</message>
<message>
<source>{name}: {error}
Everything decided so far is on the disk; details are in the log.</source>
<translation>{name}：{error}
到目前为止的所有判定均已存盘；详情见日志。</translation>
</message>
<message>
<source>{number:,} cells are called {title}.</source>
<translation>有 {number:,} 个细胞标为“{title}”。</translation>
</message>
<message>
<source>{number:,} cells are hidden by the choice of classes.</source>
<translation>按类别筛选隐藏了 {number:,} 个细胞。</translation>
</message>
<message>
<source>{number:,} cells can be read.</source>
<translation>可阅读 {number:,} 个细胞。</translation>
</message>
<message>
<source>{number:,} cells wait for a look: press {key} for the most doubtful.</source>
<translation>{number:,} 个细胞待复核：按 {key} 转到最存疑者。</translation>
</message>
<message>
<source>{number:,} files were passed over: no pictures</source>
<translation>跳过 {number:,} 个文件：不是图片</translation>
</message>
<message>
<source>{number:,} leukocytes</source>
<translation>{number:,} 个白细胞</translation>
</message>
<message>
<source>{number:,} pictures</source>
<translation>{number:,} 张图片</translation>
</message>
<message>
<source>{number:,} pictures are in this case already</source>
<translation>{number:,} 张图片已在本病例中</translation>
</message>
<message>
<source>{number:,} pictures are not analysed yet.</source>
<translation>还有 {number:,} 张图片尚未分析。</translation>
</message>
<message>
<source>{number} called differently, {few} of them settled by consensus.</source>
<translation>{number} 个命名不同，其中 {few} 个已共同裁定。</translation>
</message>
<message>
<source>{number} cell accepted as {title}</source>
<translation>{number} 个细胞被接受为 {title}</translation>
</message>
<message>
<source>{number} cell imported from {origin}</source>
<translation>已从 {origin} 导入 {number} 个细胞</translation>
</message>
<message>
<source>{number} cell refused as {title}</source>
<translation>{number} 个细胞被拒绝为 {title}</translation>
</message>
<message>
<source>{number} cells</source>
<translation>{number} 个细胞</translation>
</message>
<message>
<source>{number} cells accepted as {title}</source>
<translation>{number} 个细胞被接受为 {title}</translation>
</message>
<message>
<source>{number} cells called {title}</source>
<translation>{number} 个细胞标为 {title}</translation>
</message>
<message>
<source>{number} cells can train; needed are {all} at least, and {few} of each of {many} classes.</source>
<translation>可用于训练的细胞有 {number} 个；至少需要 {all} 个，且 {many} 个类别各 {few} 个。</translation>
</message>
<message>
<source>{number} cells confirmed</source>
<translation>{number} 个细胞已确认</translation>
</message>
<message>
<source>{number} cells do not judge: they trained a model this one comes of.</source>
<translation>{number} 个细胞不参与评判：它们训练过此模型所来自的模型。</translation>
</message>
<message>
<source>{number} cells imported from {origin}</source>
<translation>已从 {origin} 导入 {number} 个细胞</translation>
</message>
<message>
<source>{number} cells left undecided</source>
<translation>{number} 个细胞设为未定</translation>
</message>
<message>
<source>{number} cells may be of it, the likeliest first</source>
<translation>{number} 个细胞可能属于此类，最可能者在前</translation>
</message>
<message>
<source>{number} cells merged</source>
<translation>{number} 个细胞已合并</translation>
</message>
<message>
<source>{number} cells neither train nor judge: their outlines contradict themselves.</source>
<translation>{number} 个细胞既不训练也不评判：其轮廓自相矛盾。</translation>
</message>
<message>
<source>{number} cells not settled</source>
<translation>{number} 个细胞未裁定</translation>
</message>
<message>
<source>{number} cells read as {title} by {name}</source>
<translation>{name} 将 {number} 个细胞阅为 {title}</translation>
</message>
<message>
<source>{number} cells refused as {title}</source>
<translation>{number} 个细胞被拒绝为 {title}</translation>
</message>
<message>
<source>{number} cells rejected</source>
<translation>{number} 个细胞已排除</translation>
</message>
<message>
<source>{number} cells restored</source>
<translation>{number} 个细胞已恢复</translation>
</message>
<message>
<source>{number} cells settled as {title} by {name}</source>
<translation>{name} 将 {number} 个细胞裁定为 {title}</translation>
</message>
<message>
<source>{number} cells were passed over: not named by a person, or of no class of this model.</source>
<translation>略过 {number} 个细胞：非人员命名，或不属于此模型的类别。</translation>
</message>
<message>
<source>{number} cells were passed over: their pictures are missing, or are not what the set says.</source>
<translation>略过 {number} 个细胞：其图片缺失，或与训练集所述不符。</translation>
</message>
<message>
<source>{number} cells, {selected} selected</source>
<translation>{number} 个细胞，已选 {selected} 个</translation>
</message>
<message>
<source>{number} counted</source>
<translation>已计数 {number} 个</translation>
</message>
<message>
<source>{number} different examples</source>
<translation>{number} 个不同的样例</translation>
</message>
<message>
<source>{number} example given to {title}</source>
<translation>已给 {title} 添加 {number} 个样例</translation>
</message>
<message>
<source>{number} example taken away</source>
<translation>已移除 {number} 个样例</translation>
</message>
<message>
<source>{number} examples do not fit the others</source>
<translation>{number} 个样例与其他样例不符</translation>
</message>
<message>
<source>{number} examples given to {title}</source>
<translation>已给 {title} 添加 {number} 个样例</translation>
</message>
<message>
<source>{number} examples taken away</source>
<translation>已移除 {number} 个样例</translation>
</message>
<message>
<source>{number} files could not be used</source>
<translation>{number} 个文件无法使用</translation>
</message>
<message>
<source>{number} findings of the red cells graded</source>
<translation>{number} 项红细胞所见已分级</translation>
</message>
<message>
<source>{number} findings of the red cells graded {grade}</source>
<translation>{number} 项红细胞所见分级为 {grade}</translation>
</message>
<message>
<source>{number} from another model cannot be compared and do not count.</source>
<translation>{number} 个来自其他模型，无法比较，不计数。</translation>
</message>
<message>
<source>{number} lobes</source>
<translation>{number} 叶</translation>
</message>
<message>
<source>{number} more example that the others find again</source>
<translation>再有 {number} 个能被其他样例找回的样例</translation>
</message>
<message>
<source>{number} more example that the others find again and {more}</source>
<translation>再有 {number} 个能被其他样例找回的样例，并{more}</translation>
</message>
<message>
<source>{number} more examples that the others find again</source>
<translation>再有 {number} 个能被其他样例找回的样例</translation>
</message>
<message>
<source>{number} more examples that the others find again and {more}</source>
<translation>再有 {number} 个能被其他样例找回的样例，并{more}</translation>
</message>
<message>
<source>{number} more show the same picture as another one and do not count.</source>
<translation>另有 {number} 个与其他样例图片相同，不计数。</translation>
</message>
<message>
<source>{number} more would be better</source>
<translation>最好再有 {number} 个</translation>
</message>
<message>
<source>{number} not looked at</source>
<translation>{number} 个未查看</translation>
</message>
<message>
<source>{number} of {all} cells called the same ({share} %); both used a single class, so kappa says nothing</source>
<translation>{all} 个细胞中 {number} 个命名相同（{share} %）；双方只用了一个类别，kappa 没有意义</translation>
</message>
<message>
<source>{number} of {all} cells called the same ({share} %); kappa {chance} ({low} to {high}, 95 %), {title}</source>
<translation>{all} 个细胞中 {number} 个命名相同（{share} %）；kappa {chance}（{low} 至 {high}，95 %），{title}</translation>
</message>
<message>
<source>{number} of {all} cells called the same ({share} %); kappa {chance} ({low} to {high}, 95 %), {title}.</source>
<translation>{all} 个细胞中 {number} 个命名相同（{share} %）；kappa {chance}（{low} 至 {high}，95 %），{title}。</translation>
</message>
<message>
<source>{number} of {all} cells called the same ({share} %); too few for a kappa, which takes {many} cells</source>
<translation>{all} 个细胞中 {number} 个命名相同（{share} %）；细胞太少，kappa 至少需要 {many} 个细胞</translation>
</message>
<message>
<source>{number} of {all} cells called the same ({share} %); too few for a kappa, which takes {many} cells.</source>
<translation>{all} 个细胞中 {number} 个命名相同（{share} %）；细胞太少，kappa 至少需要 {many} 个细胞。</translation>
</message>
<message>
<source>{number} of {all} mm²</source>
<translation>{number} / {all} mm²</translation>
</message>
<message>
<source>{number} of {all} mm², {time} left</source>
<translation>{number} / {all} mm²，剩余 {time}</translation>
</message>
<message>
<source>{number} of {count}</source>
<translation>{number} / {count}</translation>
</message>
<message>
<source>{number} of {total}</source>
<translation>第 {number} 个，共 {total} 个</translation>
</message>
<message>
<source>{number} of {total}  {text}</source>
<translation>{number} / {total}  {text}</translation>
</message>
<message>
<source>{number} of {total} pictures do not count: {reason}</source>
<translation>{total} 张图片中有 {number} 张不计数：{reason}</translation>
</message>
<message>
<source>{number} other classes</source>
<translation>其他 {number} 类</translation>
</message>
<message>
<source>{number} outlined cells can train; needed are {few} at least.</source>
<translation>可用于训练的已勾画细胞有 {number} 个；至少需要 {few} 个。</translation>
</message>
<message>
<source>{number} parts failed</source>
<translation>{number} 块失败</translation>
</message>
<message>
<source>{number} pictures</source>
<translation>{number} 张图片</translation>
</message>
<message>
<source>{number} pictures do not judge: they trained a model this one comes of.</source>
<translation>{number} 张图片不参与评判：它们曾训练过此模型的来源模型。</translation>
</message>
<message>
<source>{number} pictures with {all} boxes can train; needed are {few} pictures and {many} boxes.</source>
<translation>可用于训练的有 {number} 张图片、{all} 个框；至少需要 {few} 张图片和 {many} 个框。</translation>
</message>
<message>
<source>{number} undecided</source>
<translation>{number} 个未定</translation>
</message>
<message>
<source>{number} unnamed</source>
<translation>{number} 个未命名</translation>
</message>
<message>
<source>{origin}: {number} cells changed, {few} added</source>
<translation>{origin}：更改 {number} 个细胞，新增 {few} 个</translation>
</message>
<message>
<source>{origin}: {number} cells changed, {few} added, {many} as they were</source>
<translation>{origin}：更改 {number} 个细胞，新增 {few} 个，{many} 个不变</translation>
</message>
<message>
<source>{overlapping:,} overlap, {cut:,} cut</source>
<translation>重叠 {overlapping:,}，切割 {cut:,}</translation>
</message>
<message>
<source>{own}: plane {number}, {why}</source>
<translation>{own}：焦平面 {number}，{why}</translation>
</message>
<message>
<source>{person} works here now; edits bear this name</source>
<translation>现由 {person} 操作；编辑将署此名</translation>
</message>
<message>
<source>{ratio:.1f} per 100 WBC</source>
<translation>{ratio:.1f} / 100 WBC</translation>
</message>
<message>
<source>{reason}, refined by corrections of {name}</source>
<translation>{reason}，由 {name} 的更正改进</translation>
</message>
<message>
<source>{reason}, refined by outlines of {name}</source>
<translation>{reason}，由 {name} 的轮廓改进</translation>
</message>
<message>
<source>{reason}, refined by pictures of {name}</source>
<translation>{reason}，由 {name} 的图片改进</translation>
</message>
<message>
<source>{right} of {n}</source>
<translation>{right} / {n}</translation>
</message>
<message>
<source>{said} Read the pictures again to change that; what you decided stays.</source>
<translation>{said} 重新读取图片可改变这一点；您的决定保留不变。</translation>
</message>
<message>
<source>{said} The Model menu tells more.</source>
<translation>{said} 详情见“模型”菜单。</translation>
</message>
<message>
<source>{share:.1%} of leukocytes</source>
<translation>占白细胞 {share:.1%}</translation>
</message>
<message>
<source>{share} of its nucleus lies outside of the cell.</source>
<translation>其细胞核的 {share} 位于细胞之外。</translation>
</message>
<message>
<source>{share} seen</source>
<translation>已看 {share}</translation>
</message>
<message>
<source>{sureness} sure</source>
<translation>把握 {sureness}</translation>
</message>
<message>
<source>{text} is no number.</source>
<translation>{text} 不是数字。</translation>
</message>
<message>
<source>{text} · {look:,} to look at</source>
<translation>{text}，{look:,} 待看</translation>
</message>
<message>
<source>{title} added</source>
<translation>已添加 {title}</translation>
</message>
<message>
<source>{title} and {other} do not exclude each other.</source>
<translation>{title} 与 {other} 并不互斥。</translation>
</message>
<message>
<source>{title} came with BloodView and cannot be {name}.</source>
<translation>{title}是 BloodView 自带的类别，不能对它这样做（{name}）。</translation>
</message>
<message>
<source>{title} cannot be merged into itself or below.</source>
<translation>{title} 不能并入自身或其下级。</translation>
</message>
<message>
<source>{title} cannot hang below itself.</source>
<translation>{title} 不能位于自身之下。</translation>
</message>
<message>
<source>{title} cannot take its own cells.</source>
<translation>{title} 不能接收自己的细胞。</translation>
</message>
<message>
<source>{title} graded {grade}</source>
<translation>{title} 分级为 {grade}</translation>
</message>
<message>
<source>{title} has no example to share.</source>
<translation>{title} 没有可共享的样例。</translation>
</message>
<message>
<source>{title} has the same letters.</source>
<translation>{title} 的字母相同。</translation>
</message>
<message>
<source>{title} has the same shape in a colour hard to tell from this one.</source>
<translation>{title} 的形状相同，颜色也难以区分。</translation>
</message>
<message>
<source>{title} holds every class of the model: there is nothing to explain.</source>
<translation>{title} 包含模型的所有类别：无可解释。</translation>
</message>
<message>
<source>{title} holds signs that are no text.</source>
<translation>{title}含有非文字符号。</translation>
</message>
<message>
<source>{title} is counted twice.</source>
<translation>{title} 被重复计数。</translation>
</message>
<message>
<source>{title} is found worse than before on the drawn fields: {number} % ({low} to {high}) before, {few} % ({first} to {many}) now.</source>
<translation>在绘制的视野中，{title}的检出比以前差：以前 {number} %（{low} 至 {high}），现在 {few} %（{first} 至 {many}）。</translation>
</message>
<message>
<source>{title} is kept: Class, Take in a class.</source>
<translation>“{title}”已保留：可在“类别”菜单中取用。</translation>
</message>
<message>
<source>{title} is named rightly less often than before on the reference cells: {number} % ({low} to {high}) before, {few} % ({first} to {many}) now.</source>
<translation>{title} 在参照细胞上命名正确的比例低于以前：以前 {number} %（{low} 至 {high}），现在 {few} %（{first} 至 {many}）。</translation>
</message>
<message>
<source>{title} is no class of leukocyte.</source>
<translation>{title} 不是白细胞类别。</translation>
</message>
<message>
<source>{title} is shared: {out}</source>
<translation>“{title}”已共享：{out}</translation>
</message>
<message>
<source>{title} is too long.</source>
<translation>{title}过长。</translation>
</message>
<message>
<source>{title} learned, {number} cells claimed</source>
<translation>已学习 {title}，认出 {number} 个细胞</translation>
</message>
<message>
<source>{title} learns from no examples.</source>
<translation>{title} 不从样例学习。</translation>
</message>
<message>
<source>{title} merged into {other}</source>
<translation>{title} 已并入 {other}</translation>
</message>
<message>
<source>{title} was taken away; only a model calls cells so.</source>
<translation>{title} 已被删除；只有模型还这样标细胞。</translation>
</message>
<message>
<source>{title} was taught in this case: the cell is compared with the likest of its cells.</source>
<translation>{title} 是在本病例中教授的：此细胞与该类中最相似的细胞比较。</translation>
</message>
<message>
<source>{title} was taught in this case: this method knows the model's own classes.</source>
<translation>{title} 是在本病例中教授的：此方法只认识模型自带的类别。</translation>
</message>
<message>
<source>{title}, {examples} examples</source>
<translation>{title}，{examples} 个样例</translation>
</message>
<message>
<source>{title}, {origin}; similarity {likeness:.2f}; {where}</source>
<translation>{title}，{origin}；相似度 {likeness:.2f}；{where}</translation>
</message>
<message>
<source>{title}, {why}</source>
<translation>{title}，{why}</translation>
</message>
<message>
<source>{title}: no leukocytes counted yet</source>
<translation>{title}：尚未计数白细胞</translation>
</message>
<message>
<source>{title}: not so, {reason}.</source>
<translation>{title}：不满足，{reason}。</translation>
</message>
<message>
<source>{title}: {count:,} of {n_leukocytes:,} leukocytes, {share:.1f} %, 95 % interval {low:.1f} to {high:.1f} % (Wilson)</source>
<translation>{title}：{n_leukocytes:,} 个白细胞中有 {count:,} 个，{share:.1f} %，95 % 区间 {low:.1f} 至 {high:.1f} %（Wilson）</translation>
</message>
<message>
<source>{um_per_px:.3f} µm/px, {source}</source>
<translation>{um_per_px:.3f} µm/px，{source}</translation>
</message>
<message>
<source>{um} µm a pixel, which is {times}×</source>
<translation>每像素 {um} µm，相当于 {times}×</translation>
</message>
<message>
<source>{value} (not there)</source>
<translation>{value}（不存在）</translation>
</message>
<message>
<source>{value} ({low} to {high})</source>
<translation>{value}（{low} 至 {high}）</translation>
</message>
<message>
<source>{value} is no number of cells.</source>
<translation>{value} 不是细胞数。</translation>
</message>
<message>
<source>{verdict}, against {model}</source>
<translation>{verdict}，对比 {model}</translation>
</message>
<message>
<source>{what} in this case by {models}; in use now is {now}.</source>
<translation>此病例由 {models} {what}；现在使用的是 {now}。</translation>
</message>
<message>
<source>{what}: most like {other}</source>
<translation>{what}：最像 {other}</translation>
</message>
<message>
<source>{who} reads as second reader: {done} of {total}.</source>
<translation>{who} 作为第二阅片者阅片：{done} / {total}。</translation>
</message>
<message>
<source>{who} reads blindly: {done} of {total}.</source>
<translation>{who} 正在盲读：{done} / {total}。</translation>
</message>
<message>
<source>{who} settle what they call differently: {done} of {total}.</source>
<translation>{who} 正在裁定分歧：{done} / {total}。</translation>
</message>
<message>
<source>{wide} × {high} pixels</source>
<translation>{wide} × {high} 像素</translation>
</message>
<message>
<source>✓ signed by {name}</source>
<translation>✓ 已由 {name} 签发</translation>
</message>
</context>
</TS>
